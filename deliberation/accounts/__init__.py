"""Signing in: staff by password, residents by slip; sessions are rows and can be revoked."""
