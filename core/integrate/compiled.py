"""How the integrator's parts are compiled."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from numba import njit
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, Flags


class _SharedFlags(Flags):
    """Options of a compilation, read only: equal ones are one object, whose hash is known.

    numba looks up every operation that it types by the options of the function around it. Where each compilation has
    its own, each look-up compares them one by one, which took a tenth of a first start.
    """

    def __init__(self, flags):
        super().__init__(flags)
        self._values: Mapping[str, Any] = MappingProxyType(dict(flags._values))
        self._hash = super().__hash__()

    def __hash__(self):
        return self._hash

    __eq__ = Flags.__eq__

    def copy(self):
        return self


_SHARED: dict[_SharedFlags, _SharedFlags] = {}


class _EntryCompiler(Compiler):
    def __init__(self, typing, target, library, args, return_type, flags, locals):
        shared = _SharedFlags(flags)
        super().__init__(typing, target, library, args, return_type, _SHARED.setdefault(shared, shared), locals)


class _NoEnvironment:
    """Stands for the code generator where numba would store a function's environment: a part has none to run in."""

    @staticmethod
    def set_env(name, environment):
        pass


class _PartLibrary(JITCodeLibrary):
    """The LLVM module of a part, to be linked into its callers' and never run by itself.

    numba would optimise it and make machine code of it, and optimise the same code again in the caller of each caller.
    Here that happens once, in the entry point. It was a tenth of a first start.
    """

    codegen = _NoEnvironment()

    def _optimize_final_module(self):
        pass

    def _finalize_final_module(self):
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def get_pointer_to_function(self, name):
        self._ensure_finalized()
        return 0


class _PartCompiler(_EntryCompiler):
    def __init__(self, typing, target, library, *arguments):
        library = _PartLibrary(target.codegen(), "part")
        library.enable_object_caching()
        super().__init__(typing, target, library, *arguments)


_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
_INTERNAL: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# Compiled code that makes no arrays and returns none: its caller keeps those that it is given, so no references are
# counted. Counting them takes a thirtieth of the time to compile.
_BORROWING: dict[str, Any] = {"_nrt": False}

# An entry point: called from Python or by its address, runs without the GIL, is kept on disk.
entry = njit(cache=True, pipeline_class=_EntryCompiler, **_OPTIONS, **_BORROWING)

# A part of an entry point, called from compiled code only. It has no wrappers for calls from Python and C, which take a
# tenth of the time to compile. Its machine code is cached with the entry point's.
part = njit(pipeline_class=_PartCompiler, **_OPTIONS, **_INTERNAL, **_BORROWING)

# The same for code that makes arrays.
allocating_entry = njit(cache=True, pipeline_class=_EntryCompiler, **_OPTIONS)
allocating_part = njit(pipeline_class=_PartCompiler, **_OPTIONS, **_INTERNAL)
