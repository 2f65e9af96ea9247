/** A name that people use for a processor, and the archspec name for it. */
export type CodeName = {
  /** Lower case, words joined by `-`. */
  readonly name: string;
  readonly microarchitecture: string;
  /** Why this microarchitecture, with a sign of doubt where no vendor or centre says so in print. */
  readonly basis: string;
};

const eessi = 'EESSI documentation, CPU targets, 2026-08';
const archspec = 'archspec, same processor';
const general = 'general knowledge, not confirmed by a source';

function nameAll(microarchitecture: string, basis: string, names: readonly string[]): CodeName[] {
  return names.map((name) => ({ name, microarchitecture, basis }));
}

/** Vendor code names and product names, where they are more than another spelling of the archspec name. */
export const codeNames: readonly CodeName[] = [
  ...nameAll('zen', general, ['naples']),
  ...nameAll('zen2', eessi, ['rome']),
  ...nameAll('zen3', eessi, ['milan', 'milan-x']),
  ...nameAll('zen3', 'OLCF: optimized 3rd generation EPYC 7A53; LLNL benchpark', ['trento']),
  ...nameAll('zen4', eessi, ['genoa', 'genoa-x', 'bergamo', 'siena']),
  ...nameAll('zen4', general, ['mi300a']),
  ...nameAll('zen5', eessi, ['turin']),
  ...nameAll('haswell', archspec, ['haswell-ep']),
  ...nameAll('broadwell', archspec, ['broadwell-ep']),
  ...nameAll('skylake_avx512', `${eessi}; plain skylake is the client processor without AVX-512`, [
    'skylake-sp',
  ]),
  ...nameAll('cascadelake', eessi, ['cascade-lake-sp', 'cooper-lake']),
  ...nameAll('icelake', eessi, ['ice-lake-sp']),
  ...nameAll('sapphirerapids', eessi, ['emerald-rapids']),
  ...nameAll('sapphirerapids', 'ALCF: Xeon Max is Sapphire Rapids with HBM', ['xeon-max']),
  ...nameAll('sapphirerapids', `archspec has no name for it, this is the nearest; ${general}`, [
    'granite-rapids',
  ]),
  ...nameAll('x86_64_v3', `archspec has no name for it, it lacks AVX-512; ${general}`, ['sierra-forest']),
  ...nameAll('mic_knl', archspec, ['knl', 'knights-landing', 'xeon-phi-7200']),
  ...nameAll('neoverse_n1', eessi, ['graviton2', 'altra']),
  ...nameAll('neoverse_v1', eessi, ['graviton3']),
  ...nameAll('neoverse_v1', general, ['rhea1']),
  ...nameAll('neoverse_v2', general, ['graviton4']),
  ...nameAll('neoverse_v2', 'JSC: Grace is Neoverse V2; CSCS install trees', [
    'grace',
    'gh200',
    'gb200',
    'grace-hopper',
  ]),
  ...nameAll('ampere1', archspec, ['ampereone']),
  ...nameAll('power8le', archspec, ['power8']),
  ...nameAll('power9le', archspec, ['power9']),
  ...nameAll('power10le', archspec, ['power10']),
];

const byPlainName = new Map(codeNames.map((codeName) => [toPlainName(codeName.name), codeName]));

/** Looks a code name up, in any case, with spaces, dashes, underscores or nothing between its words. */
export function findCodeName(text: string): CodeName | undefined {
  return byPlainName.get(toPlainName(text));
}

/** The letters and digits of a name: what is left when spelling habits are taken away. */
export function toPlainName(text: string): string {
  return text.toLowerCase().replaceAll(/[ _-]/g, '');
}
