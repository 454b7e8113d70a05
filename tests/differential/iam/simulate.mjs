// Decides IAM cases with @cloud-copilot/iam-simulate, run here as a program of its own: one JSON case a
// line on standard input (the form of the recorded iam vectors), one word a line on standard output:
// Allowed, ImplicitlyDenied, ExplicitlyDenied, or "error: ...".
//
//   node simulate.mjs NODE_MODULES [--rounds N] < cases.jsonl
//
// With --rounds it decides the prepared cases N times and prints decisions a second instead.
//
// The core engine is called by path: the package's public entry drops the context keys of OIDC issuers
// with a "/" and keys that it does not know for the action, and rejects some policies.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { argv, stdin, stdout } from 'node:process';

const modules = resolve(argv[2], '@cloud-copilot');
const load = (path) => import(pathToFileURL(resolve(modules, path)).href);
const { loadPolicy } = await load('iam-policy/dist/esm/index.js');
const { authorize } = await load('iam-simulate/dist/esm/core_engine/CoreSimulatorEngine.js');
const { AwsRequestImpl } = await load('iam-simulate/dist/esm/request/request.js');
const { RequestContextImpl } = await load('iam-simulate/dist/esm/requestContext.js');
const { anonymousPrincipal } = await load('iam-simulate/dist/esm/simulation_engine/simulation.js');
const { DiscoveryContextKeyConstraints } = await load(
  'iam-simulate/dist/esm/context_keys/discoveryContextKeyConstraints.js'
).catch(() => ({}));

// Policies that many cases share are loaded once.
const loaded = new Map();
function loadOnce(policy, name) {
  const text = JSON.stringify(policy);
  if (!loaded.has(text)) {
    if (loaded.size > 1000) loaded.clear();
    loaded.set(text, loadPolicy(policy, { name }));
  }
  return loaded.get(text);
}

const named = (list) => (list ?? []).map(({ name, policy }) => loadOnce(policy, name));
const levels = (list) =>
  (list ?? []).map(({ level, policies }) => ({ orgIdentifier: level, policies: named(policies) }));

function prepare(test) {
  const principal = test.principal.anonymous
    ? anonymousPrincipal
    : (test.principal.service ?? test.principal.federated ?? test.principal);
  return {
    request: new AwsRequestImpl(
      principal,
      { resource: test.resource, accountId: test.resourceAccount },
      test.action,
      new RequestContextImpl(test.context ?? {}),
      test.wildcardOnlyAction === true
    ),
    sessionPolicy: test.sessionPolicies ? named(test.sessionPolicies)[0] : undefined,
    identityPolicies: named(test.identityPolicies),
    serviceControlPolicies: levels(test.scps),
    resourceControlPolicies: levels(test.rcps),
    resourcePolicy: test.resourcePolicy
      ? loadOnce(test.resourcePolicy, 'resource')
      : undefined,
    permissionBoundaries: test.permissionBoundaries ? named(test.permissionBoundaries) : undefined,
    vpcEndpointPolicies: undefined,
    simulationParameters: {
      simulationMode: 'Strict',
      discoveryContextKeyConstraints: DiscoveryContextKeyConstraints
        ? new DiscoveryContextKeyConstraints([])
        : undefined,
    },
  };
}

const rounds = argv[3] === '--rounds' ? Number(argv[4]) : 0;
const prepared = [];
let answers = [];
for await (const line of createInterface({ input: stdin, crlfDelay: Infinity })) {
  if (line === '') continue;
  try {
    const request = prepare(JSON.parse(line));
    if (rounds > 0) {
      prepared.push(request);
    } else {
      answers.push(authorize(request).result);
    }
  } catch (error) {
    answers.push(`error: ${String(error.message).replaceAll('\n', ' ')}`);
  }
  if (answers.length >= 1000) {
    stdout.write(answers.join('\n') + '\n');
    answers = [];
  }
}
if (rounds > 0) {
  const start = process.hrtime.bigint();
  let allowed = 0;
  for (let round = 0; round < rounds; ++round) {
    for (const request of prepared) {
      allowed += authorize(request).result === 'Allowed';
    }
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  stdout.write(
    JSON.stringify({
      cases: prepared.length,
      allowed: allowed / rounds,
      perSecond: Math.round((prepared.length * rounds) / seconds),
    }) + '\n'
  );
} else if (answers.length > 0) {
  stdout.write(answers.join('\n') + '\n');
}
