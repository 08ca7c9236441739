// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

/** Hooks that tidy up when the process is interrupted. */
public final class ShutdownHooks {
  private ShutdownHooks() {}

  /** Removes a hook that has nothing left to do, unless the JVM is ending already. */
  public static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // then the hook runs, finds its work done and ends
      return;
    }
  }
}
