"""The server: application, routes, caches, priorities, jobs."""
