import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import {
  createBrowserRouter,
  type LazyRouteFunction,
  type LoaderFunctionArgs,
  type RouteObject,
} from 'react-router';
import { accountQuery } from '../api/account.ts';
import { readBasePath } from '../api/base-path.ts';
import { buildQuery } from '../api/build.ts';
import { machinesQuery } from '../api/catalog.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { loadFiles } from './page-files.ts';
import { PageLoader } from './page-loader.tsx';
import { RequireSession } from './require-session.tsx';
import { RouteError } from './route-error.tsx';

/** A page is a file of its own, loaded when it is opened. */
function page(load: () => Promise<ComponentType>): LazyRouteFunction<RouteObject> {
  return async () => ({ Component: await loadFiles(load) });
}

/** What is asked for while the files of a page are on their way; the page itself waits for the answer. */
function ahead(ask: (params: { readonly id?: string | undefined }) => Promise<unknown>) {
  return ({ params }: LoaderFunctionArgs): null => {
    void ask(params);
    return null;
  };
}

/** The paths are known to the service too: `pagePaths` in src/api/pages/pages.ts. */
const createPages = (client: QueryClient): RouteObject[] => [
  { path: '/', lazy: page(async () => (await import('../home/home-page.tsx')).HomePage) },
  { path: '/builds', lazy: page(async () => (await import('../builds/builds-page.tsx')).BuildsPage) },
  {
    path: '/builds/:id',
    loader: ahead(({ id = '' }) => client.prefetchQuery(buildQuery(id))),
    lazy: page(async () => (await import('../build/build-page.tsx')).BuildPage),
  },
  {
    path: '/new',
    loader: ahead(() => client.prefetchQuery(machinesQuery)),
    lazy: page(async () => (await import('../new-build/new-build-page.tsx')).NewBuildPage),
  },
  { path: '/images', lazy: page(async () => (await import('../images/images-page.tsx')).ImagesPage) },
  { path: '/images/:id', lazy: page(async () => (await import('../image/image-page.tsx')).ImagePage) },
  { path: '/account', lazy: page(async () => (await import('../account/account-page.tsx')).AccountPage) },
  { path: '/admin/*', lazy: page(async () => (await import('../admin/admin-page.tsx')).AdminPage) },
  { path: '*', Component: NotFoundPage },
];

export function createRouter(client: QueryClient) {
  return createBrowserRouter(
    [
      {
        errorElement: <RouteError />,
        HydrateFallback: PageLoader,
        children: [
          {
            path: '/sign-in',
            lazy: page(async () => (await import('../sign-in/sign-in-page.tsx')).SignInPage),
          },
          {
            path: '/sign-up',
            lazy: page(async () => (await import('../sign-in/sign-up-page.tsx')).SignUpPage),
          },
          {
            Component: RequireSession,
            loader: ahead(() => client.prefetchQuery(accountQuery)),
            children: [{ errorElement: <RouteError />, children: createPages(client) }],
          },
        ],
      },
    ],
    { basename: readBasePath() || '/' },
  );
}
