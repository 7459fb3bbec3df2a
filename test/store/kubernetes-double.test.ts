import { ApiDouble } from '../support/double/api-double.js';
import { kubernetesHarness } from '../support/double/kubernetes-harness.js';
import { restClient } from '../support/cluster/rest.js';
import { storeContract } from './contract.js';

storeContract('kubernetes, in-process double', async () => {
  const double = await ApiDouble.start();
  const rest = restClient(double.url, 'admin-token');
  return kubernetesHarness(await double.kubeconfig(), rest, 'default', () => double.stop());
});

storeContract('kubernetes, a double without streaming lists', async () => {
  const double = await ApiDouble.start();
  double.streamingLists = 'refused';
  const rest = restClient(double.url, 'admin-token');
  return kubernetesHarness(await double.kubeconfig(), rest, 'default', () => double.stop());
});
