/**
 * `/api/jsonws/invoke` (`JSONWebServiceInvokerAction`): commands run in order, each in its own transaction, and the
 * first exception ends the batch: what ran before stays done, and nothing of it is reported.
 */
import type { ModelView, ModelWriter, ServiceResult } from './model-json.ts';
import { isList } from './model-json.ts';
import type { Statement } from './request-forms.ts';
import type { Arguments } from './signatures.ts';

export type RunCommand = (path: string, args: Arguments) => ServiceResult;

/** Values of variables that references reach, unfiltered: the whitelist only concerns the answer. */
type Scope = ReadonlyMap<string, Record<string, unknown>>;

function resolve(reference: string, scope: Scope): unknown {
  const [variable = '', ...path] = reference.split('.');
  return path.length === 0 ? null : (scope.get(variable)?.[path.join('.')] ?? null);
}

function argumentsOf(statement: Statement, scope: Scope): Arguments {
  const args = new Map(statement.parameters);
  for (const [name, reference] of statement.references) args.set(name, resolve(reference, scope));
  return args;
}

export class Invoker {
  readonly #run: RunCommand;
  readonly #writer: ModelWriter;

  constructor(run: RunCommand, writer: ModelWriter) {
    this.#run = run;
    this.#writer = writer;
  }

  execute(statement: Statement, scope: Scope = new Map()): unknown {
    const result = this.#run(statement.path, argumentsOf(statement, scope));
    if (isList(result)) return result.map((view) => this.#written(statement, view, scope));
    if (typeof result === 'object' && result !== null) return this.#written(statement, result, scope);
    return this.#writer.json(result);
  }

  #written(statement: Statement, view: ModelView, scope: Scope): Record<string, unknown> {
    const { properties, variable, nested } = statement;
    const shown = this.#writer.object(view, properties);
    if (nested.length === 0) return shown;
    const inner = variable ? new Map(scope).set(variable, this.#writer.object(view)) : scope;
    for (const child of nested) shown[child.variable ?? child.path] = this.execute(child, inner);
    return shown;
  }
}
