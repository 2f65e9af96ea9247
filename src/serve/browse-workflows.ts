import { toRegistryOptions } from '../app.ts';
import type { Config } from '../config/config.ts';
import { AppError, isAppError } from '../errors/app-error.ts';
import { cacheWorkflows, type WorkflowBrowser } from '../service/workflow-browser.ts';
import { listRegistryVersions, listWorkflows } from '../step/browse-registry.ts';
import type { LocateOptions } from '../step/registry.ts';

const keepMs = 15_000;
/** A registry that is slower is not waited for by a request. */
const timeLimitMs = 30_000;

/** The workflow registry of the configuration, for the API. */
export function createWorkflowBrowser(config: Config): WorkflowBrowser {
  const ask = <Value>(work: (options: LocateOptions) => Promise<Value>) => askRegistry(config, work);
  const browser: WorkflowBrowser = {
    list: (version) => ask((options) => listWorkflows(version, options)),
    listVersions: () => ask((options) => listRegistryVersions(options)),
  };
  return cacheWorkflows(browser, { keepMs, now: () => performance.now() });
}

async function askRegistry<Value>(
  config: Config,
  work: (options: LocateOptions) => Promise<Value>,
): Promise<Value> {
  const { workflowRegistry: registryUrl } = config;
  if (registryUrl === undefined) {
    throw new AppError('STEP_REGISTRY_UNCONFIGURED', 'the service has no workflow registry', {
      hint: 'the operator sets workflow_registry in its configuration',
    });
  }
  const { cacheDirectory, gitEnvironment: environment } = toRegistryOptions(config);
  const signal = AbortSignal.timeout(timeLimitMs);
  try {
    return await work({ registryUrl, cacheDirectory, environment, signal });
  } catch (cause) {
    if (!isAppError(cause, 'CANCELLED')) throw cause;
    const message = `the workflow registry did not answer within ${timeLimitMs / 1000} s`;
    throw new AppError('STEP_REGISTRY_UNREACHABLE', message, { hint: 'try again in a while', cause });
  }
}
