"""How pytest-xdist hands the tests to its workers: in groups, and bounded after a worker has crashed."""

from xdist.scheduler import LoadScopeScheduling


class Groups(LoadScopeScheduling):
    """Schedule the tests of a function together, and those of a file of browser tests.

    The tests of such a file share an open page. Each worker that runs browser tests has a server and a Chromium of its
    own. (`--dist loadgroup` does not group with pytest 9.2: issue 1386 of pytest-xdist.)

    A test over its time limit ends its worker. pytest-xdist 3.8 then runs that test again, hands out empty groups, and
    waits for ever for a worker that waits for a second test (its issues 1323, 1327 and 1378, pull request 1371).
    """

    def _split_scope(self, nodeid):
        return nodeid.partition("::" if nodeid.startswith("tests/browser/") else "[")[0]

    def remove_node(self, node):
        """Put back what a worker has not run, without the test that it crashed on.

        Parameters
        ----------
        node : xdist.workermanage.WorkerController
            A worker that has ended.

        Returns
        -------
        str or None
            The test that the worker crashed on, which pytest-xdist reports as failed; None if all its tests are done.
        """
        crashed = None
        for scope, tests in self.assigned_work.pop(node).items():
            waiting = [nodeid for nodeid, done in tests.items() if not done]
            if waiting and crashed is None:
                crashed = waiting.pop(0)
            if waiting:
                self.workqueue[scope] = dict.fromkeys(waiting, False)
        if crashed:
            for other in self.nodes:
                self._reschedule(other)
        return crashed

    def _reschedule(self, node):
        """Keep two tests waiting at a worker, or tell it that no more come: it holds the last one back until then."""
        if node not in self.registered_collections:
            return  # a new worker, that still collects
        super()._reschedule(node)
        while not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
            super()._reschedule(node)
