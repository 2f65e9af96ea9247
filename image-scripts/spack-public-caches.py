"""spack python spack-public-caches.py SITE : gets Spack ready to read the public caches of SITE/mirrors.yaml.

The keys in SITE/keys are trusted. A cache that cannot be read is taken out of SITE/mirrors.yaml, with a line that
says so: Spack would ask it for each package, wait every time, and never tell; a damaged index even ends it.
"""
import glob
import inspect
import os
import sys
import urllib.error
import urllib.request

import spack
import spack.binary_distribution
import spack.config
import spack.environment
import spack.oci.opener
import spack.util.gpg
import spack.util.spack_yaml as syaml
import spack.util.web

site = sys.argv[1]
seconds = 30


def main():
    for key in sorted(glob.glob(os.path.join(site, "keys", "*.asc"))):
        trust(key)
    file = os.path.join(site, "mirrors.yaml")
    with open(file, encoding="utf-8") as stream:
        config = syaml.load(stream)
    mirrors = config["mirrors"]
    for name in [name for name in mirrors if name.startswith("cic-public-")]:
        try:
            check(name, mirrors[name])
        except Exception as error:
            url = mirrors[name]["url"]
            print(f"cic: warning: the public cache {url} is left out: {explain(error)}", flush=True)
            del mirrors[name]
    with open(file, "w", encoding="utf-8") as stream:
        syaml.dump(config, stream)


def trust(key):
    """From 1.2 on Spack asks whether it is meant."""
    asks = "yes_to_all" in inspect.signature(spack.util.gpg.trust).parameters
    spack.util.gpg.trust(key, **({"yes_to_all": True} if asks else {}))


def check(name, mirror):
    scheme, _, place = mirror["url"].partition("://")
    if scheme.startswith("oci"):
        ask_registry("http" if scheme == "oci+http" else "https", place)
        return
    if scheme != "file":
        ask_server(mirror["url"])
    read_index(name, mirror)
    if mirror["signed"] and spack.spack_version_info[0] == 0:
        verify_packages(mirror["url"])


def ask_registry(scheme, place):
    """A repository that is not there may be there later. Spack's own client gets tokens where it takes some."""
    host, _, repository = place.partition("/")
    request = urllib.request.Request(f"{scheme}://{host}/v2/{repository}/tags/list")
    try:
        with spack.oci.opener.urlopen(request, timeout=seconds) as response:
            answer = response.read()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return
    if not answer.lstrip().startswith(b"{"):
        raise ValueError("it does not answer as a registry does")


def ask_server(url):
    """Storage services answer 403 where nothing is."""
    try:
        urllib.request.urlopen(url, timeout=seconds).close()
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise


def read_index(name, mirror):
    """Where it has one; Spack itself bears that there is none."""
    only = spack.config.InternalConfigScope(name, {"mirrors:": {name: dict(mirror)}})
    with spack.config.override(only):
        try:
            spack.binary_distribution.BINARY_INDEX.update()
        except spack.binary_distribution.FetchCacheError:
            pass
        except Exception as error:
            raise ValueError(f"its index is damaged: {explain(error)}") from error


def verify_packages(url):
    """A package that nobody known has signed is the end of Spack 0.23; later ones build it."""
    environment = spack.environment.active_environment()
    packages = spack.binary_distribution
    for spec in environment.all_specs() if environment else []:
        if spec.external:
            continue
        place = f"{url}/build_cache/{packages.tarball_name(spec, '.spec.json')}"
        signed = packages.try_fetch(f"{place}.sig")
        if not signed and spack.util.web.url_exists(place):
            raise ValueError(f"its package {spec.name} is not signed")
        if signed and not packages.try_verify(signed.save_filename):
            raise ValueError(f"its package {spec.name} is signed by nobody who is trusted")


def explain(error):
    """The first line: Spack adds its trace."""
    reason = getattr(error, "reason", None) or error
    return str(reason).strip().split("\n")[0] or type(error).__name__


main()
