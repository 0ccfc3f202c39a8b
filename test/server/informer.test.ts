import {
  CustomObjectsApi,
  KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../system/until.ts';
import { job } from './operations/step.ts';
import { Served } from './served.ts';

const place = { group: 'batchwright.dev', version: 'v1alpha1', namespace: 'default', plural: 'jobdefinitions' };
const path = '/apis/batchwright.dev/v1alpha1/namespaces/default/jobdefinitions';

let served: Served;
beforeEach(async () => {
  served = await Served.start();
});
afterEach(async () => {
  await served.remove();
});

function clients() {
  const config = new KubeConfig();
  config.loadFromFile(served.kubeconfig);
  const api = config.makeApiClient(CustomObjectsApi);
  const asMergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
  return {
    config,
    list: async () => (await api.listNamespacedCustomObject(place)) as KubernetesListObject<KubernetesObject>,
    create: (name: string) => api.createNamespacedCustomObject({ ...place, body: job(name) }),
    mark: (name: string, step: string) =>
      api.patchNamespacedCustomObject({ ...place, name, body: { metadata: { labels: { step } } } }, asMergePatch),
    remove: (name: string) => api.deleteNamespacedCustomObject({ ...place, name }),
  };
}

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'an informer sees every change across a restart (%s)',
  async signal => {
    const { config, create, list, mark, remove } = clients();
    await create('old');
    let lists = 0;
    const informer = makeInformer(config, path, () => {
      lists += 1;
      return list();
    });
    const seen: string[] = [];
    let cut = false;
    for (const what of ['add', 'update', 'delete'] as const) {
      informer.on(what, ({ metadata }) => {
        seen.push([what, metadata?.name, metadata?.labels?.['step']].filter(Boolean).join(' '));
      });
    }
    informer.on('error', () => {
      cut = true;
    });
    const before = ['add old', 'add a', 'update a 1', 'add b'];
    const meanwhile = ['update a 2', 'update a 3', 'delete b', 'add c', 'delete c'];
    const after = ['update old 4'];

    await informer.start();
    await create('a');
    await mark('a', '1');
    await create('b');
    await until(
      'the changes before',
      () => seen.length >= before.length,
      () => seen.join(),
    );
    await served.stop(signal);
    await until('the informer knows that it is cut off', () => cut);

    await served.open();
    await mark('a', '2');
    await mark('a', '3');
    await remove('b');
    await create('c');
    await remove('c');
    await informer.start();
    await until(
      'the changes meanwhile',
      () => seen.length >= before.length + meanwhile.length,
      () => seen.join(),
    );
    await mark('old', '4');
    await until(
      'the changes after',
      () => seen.length > before.length + meanwhile.length,
      () => seen.join(),
    );

    expect(seen).toEqual([...before, ...meanwhile, ...after]);
    expect(lists).toBe(1);
    expect(informer.list('default').map(({ metadata }) => metadata?.name)).toEqual(['old', 'a']);
    await informer.stop();
  },
  60_000,
);
