/** Hashes and stage folders as Spack makes them. */
export const labcHash = 'h5vkbrj3m2f6y7qzqk4nq3w2xk5c6d7e';
export const zlibHash = 'js7rtsbwt5zmrgn32adsifjvek4otzve';
export const mpichHash = 'q2rk2ibjyixyovjks3huspa2gqfkl7b2';

export const labcStage = `/tmp/root/spack-stage/spack-stage-labc-1.0-${labcHash}`;

/** A failed compilation as the installer of 0.23 and 1.1 tells it, with --fail-fast and no terminal. */
export const oldBuildFailure: readonly string[] = [
  `==> No binary for labc-1.0-${labcHash} found: installing from source`,
  "==> labc: Executing phase: 'edit'",
  "==> labc: Executing phase: 'build'",
  '==> Error: ProcessError: Command exited with status 2:',
  "    '/usr/bin/make' '-j2'",
  '',
  '2 errors found in build log:',
  '     4     make: Entering directory',
  `     5     cc -O2 -I${labcStage}/spack-sr`,
  '           c/include -c labapp.c',
  '  >> 6     labapp.c:2:10: fatal error: nosuch.h: No such file or directory in any of the fold',
  '           ers',
  '     7     compilation terminated.',
  '  >> 10    make: *** [Makefile:3: labapp] Error 1',
  '',
  'See build log for details:',
  `  ${labcStage}/spack-build-out.txt`,
  '',
  `==> Warning: Skipping build of labapp-2.0-${mpichHash} since labc-1.0-${labcHash} failed`,
  '==> Error: Terminating after first install failure: ProcessError: Command exited with status 2:',
  "    '/usr/bin/make' '-j2'",
];

/** The same as the installer of 1.3 tells it. */
export const newBuildFailure: readonly string[] = [
  '[ ] h5vkbrj labc@1.0 staging (0s)',
  '[ ] h5vkbrj labc@1.0 build (1s)',
  '[x] h5vkbrj labc@1.0 failed: /tmp/stage/labc-k2j3.log (2s)',
  '-- lines 1 to 4 --',
  "  ==> labc: Executing phase: 'build'",
  '  cc -O2 -c labapp.c',
  '> labapp.c:2:10: fatal error: nosuch.h: No such file or directory',
  '  compilation terminated.',
  '==> Error: The following packages failed to install:',
  'labc@1.0/h5vkbrj: /tmp/stage/labc-k2j3.log',
];
