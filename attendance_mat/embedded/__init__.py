"""PostgreSQL and Valkey for the demo and the tests, and the launcher that starts them.

Standard library only: it runs under the system's Python before any environment exists.
Production sets DATABASE_URL and REDIS_URL and never comes here.
"""
