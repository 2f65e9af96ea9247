import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './card-table.module.css';

type Column = {
  readonly title: string;
  readonly width?: string;
  /** For screen readers only, as of buttons. */
  readonly isHidden?: boolean;
};

type Props = {
  /** For screen readers: what the table has. */
  readonly caption: string;
  readonly columns: readonly Column[];
  /** Its rows. */
  readonly children: ReactNode;
  /** What is shown is older than what was asked for. */
  readonly isOutdated?: boolean;
};

/** For the cell of a row that stands above the others on a phone. */
export const mainCell = classes['main'];

/** A table whose rows are cards on a phone: the main cell first, the others below it beside each other. */
export function CardTable({ caption, columns, children, isOutdated = false }: Props) {
  return (
    <Table className={classes['table']} verticalSpacing="xs" highlightOnHover aria-busy={isOutdated}>
      <Table.Caption className={classes['caption']}>{caption}</Table.Caption>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ title, width, isHidden = false }) => (
            <Table.Th key={title} w={width}>
              {isHidden ? <VisuallyHidden>{title}</VisuallyHidden> : title}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  );
}
