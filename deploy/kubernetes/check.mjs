#!/usr/bin/env node
// SPDX-License-Identifier: GPL-3.0-or-later
// Compares manifests for the Flink Kubernetes operator with its definitions of custom resources (operator 1.14, from
// the package @kubernetes-models/flink), without a cluster: node deploy/kubernetes/check.mjs FILE... Their types tell
// fields that are not known, which Kubernetes would drop without a word, and their schemas wrong values.
import { readFileSync } from 'node:fs';
import * as resources from '@kubernetes-models/flink/flink.apache.org/v1beta1';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const SOURCE = new URL('manifest.ts', import.meta.url).pathname; // in memory alone
const OPTIONS = {
  strict: true, noEmit: true, types: [], module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022,
  moduleResolution: ts.ModuleResolutionKind.NodeNext, skipLibCheck: true,
};

/** What the types say of a manifest: nothing where all is well. */
function typeErrors(manifest) {
  const { kind } = manifest;
  const source = `import type { I${kind} } from '@kubernetes-models/flink/flink.apache.org/v1beta1/${kind}';
    export const manifest: I${kind} = ${JSON.stringify(manifest)};`;
  const host = ts.createCompilerHost(OPTIONS);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => (name === SOURCE ? source : readFile.call(host, name));
  host.fileExists = (name) => name === SOURCE || fileExists.call(host, name);
  host.getSourceFile = (name, ...more) => (name === SOURCE
    ? ts.createSourceFile(name, source, OPTIONS.target) : getSourceFile.call(host, name, ...more));
  return ts.getPreEmitDiagnostics(ts.createProgram([SOURCE], OPTIONS, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

/** What the schema says of it. */
function schemaErrors(manifest) {
  try {
    new resources[manifest.kind](manifest).validate();
    return [];
  } catch (error) {
    return [error.message];
  }
}

function errors(document) {
  if (document.errors.length > 0) return document.errors.map(({ message }) => message);
  const manifest = document.toJS();
  if (!Object.hasOwn(resources, manifest?.kind ?? '')) {
    return [`kind ${manifest?.kind} is none of ${Object.keys(resources).join(', ')}`];
  }
  return [...typeErrors(manifest), ...schemaErrors(manifest)];
}

let wrong = false;
for (const file of process.argv.slice(2)) {
  for (const [index, document] of parseAllDocuments(readFileSync(file, 'utf8')).entries()) {
    const found = errors(document);
    wrong ||= found.length > 0;
    console.log(`${file} ${index + 1}: ${found.length > 0 ? found.join('; ') : 'well-formed'}`);
  }
}
process.exitCode = wrong || process.argv.length < 3 ? 1 : 0;
