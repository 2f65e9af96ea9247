import { Checkbox, Fieldset, Select, SimpleGrid, Text } from '@mantine/core';
import type { BuildForm } from './form.ts';
import type { FormControl } from './use-build-form.ts';

const pushChoices = [
  { value: 'default', label: 'As this site does' },
  { value: 'yes', label: 'Push it' },
  { value: 'no', label: 'Do not push it' },
];

type Props = Pick<FormControl, 'form' | 'change'> & {
  /** Whether the image would be pushed; undefined while that is not known. */
  readonly pushes: boolean | undefined;
};

export function OptionFields({ form, change, pushes }: Props) {
  return (
    <Fieldset legend={<Text fw={650}>Options</Text>}>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="sm">
        <Select
          label="Registry"
          description={describePush(form.push, pushes)}
          inputWrapperOrder={['label', 'input', 'description']}
          data={pushChoices}
          value={form.push}
          onChange={(push) => change({ push: (push ?? 'default') as BuildForm['push'] })}
          allowDeselect={false}
        />
        <Checkbox
          mt={{ base: 0, xs: 28 }}
          label="Build anew"
          description="Even when the image exists: nothing is taken from caches"
          checked={form.force}
          onChange={(event) => change({ force: event.currentTarget.checked })}
        />
      </SimpleGrid>
    </Fieldset>
  );
}

function describePush(push: BuildForm['push'], pushes: boolean | undefined): string {
  if (pushes === undefined) return 'Where the image goes when it is built';
  if (pushes) return 'The image goes to the registry';
  return push === 'yes' ? 'This site has no registry: the image stays here' : 'The image stays on this site';
}
