import { useLocalStorage } from '@mantine/hooks';

const key = 'cic-favourite-machines';
const none: readonly string[] = [];
/** More would be no favourites. */
const maxFavourites = 8;

/** Machines that this browser remembers, the last one first, by the names that the address of a new build takes. */
export function useFavouriteMachines() {
  const [favourites, setFavourites] = useLocalStorage<readonly string[]>({
    key,
    defaultValue: none,
    deserialize: parseFavourites,
    getInitialValueInEffect: false,
  });
  const toggle = (machine: string) => setFavourites(toggleFavourite(favourites, machine));
  return { favourites, toggle } as const;
}

/** Whatever is in the storage: others can write there, and earlier versions have. */
export function parseFavourites(text: string | undefined): readonly string[] {
  try {
    const value: unknown = JSON.parse(text ?? '');
    if (!Array.isArray(value)) return none;
    return value.filter((name) => typeof name === 'string').slice(0, maxFavourites);
  } catch {
    return none;
  }
}

export function toggleFavourite(favourites: readonly string[], machine: string): readonly string[] {
  const others = favourites.filter((name) => name !== machine);
  return others.length < favourites.length ? others : [machine, ...others].slice(0, maxFavourites);
}
