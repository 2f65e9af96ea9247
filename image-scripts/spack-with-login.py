"""spack-with-login.py CREDENTIALS REPOSITORY SPACK WORD... : runs Spack, logged in to the registry with REPOSITORY.

CREDENTIALS is a file as `skopeo login --authfile` writes it. Spack itself takes a password from the environment
only, which every package's build sees and which Spack writes into every package (`.spack/spack-build-env.txt`).
"""
import base64
import json
import os
import runpy
import sys
import urllib.parse

credentials, repository, *command = sys.argv[1:]
library = os.path.join(os.path.dirname(os.path.dirname(command[0])), "lib", "spack")
# Spack 0.23 has what it imports in folders of its own.
sys.path[:0] = [library, os.path.join(library, "external", "_vendoring"), os.path.join(library, "external")]

from spack.oci import opener  # noqa: E402


of_mirrors = opener.credentials_from_mirrors


def find_credentials(domain, **options):
    """Of the longest entry that the repository lies under; for other registries what Spack itself knows."""
    parts = repository.split("/")
    if domain != parts[0]:
        return of_mirrors(domain, **options)
    with open(credentials, encoding="utf-8") as file:
        entries = json.load(file)["auths"]
    for length in range(len(parts), 0, -1):
        auth = entries.get("/".join(parts[:length]), {}).get("auth")
        if auth:
            return opener.UsernamePassword(*base64.b64decode(auth).decode().split(":", 1))
    return None


class PasswordHandler(opener.OCIAuthHandler):
    """Spack 0.23 itself logs in to registries that give tokens, not to those that take a password."""

    # Body of an upload is read once: only the first request may be refused.
    asked = set()

    def https_request(self, request):
        host = urllib.parse.urlparse(request.full_url).netloc
        if host not in self.asked or request.has_header("Authorization"):
            return super().https_request(request)
        login = self.credentials_provider(host)
        pair = base64.b64encode(f"{login.username}:{login.password}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {pair}")
        return request

    def http_error_401(self, request, file, code, message, headers):
        host = urllib.parse.urlparse(request.full_url).netloc
        takes_password = headers.get("WWW-Authenticate", "").lower().startswith("basic ")
        if not takes_password or host in self.asked or self.credentials_provider(host) is None:
            return super().http_error_401(request, file, code, message, headers)
        self.asked.add(host)
        return self.parent.open(request, timeout=request.timeout)


if not hasattr(opener.OCIAuthHandler, "_try_basic_challenge"):
    opener.OCIAuthHandler = PasswordHandler
opener.credentials_from_mirrors = find_credentials
sys.argv = command
runpy.run_path(command[0], run_name="__main__")
