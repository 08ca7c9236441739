// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.networks;

/** The reference keeps the contract that it sets: stacks, several shapes, refusals. */
final class ReferenceBackendTest extends NetworkBackendContract {
  private static final NetworkBackend BACKEND = new ReferenceBackend();

  @Override
  protected NetworkBackend backend() {
    return BACKEND;
  }

  /** Against itself, what a large case adds is time. */
  @Override
  protected long mostWork() {
    return 100_000;
  }
}
