"""Signing in by an OpenID Connect provider of the office: authorization code, PKCE, ID tokens checked in full."""
