// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.local;

/** The cluster in this process has lost what it ran the job with; another process may go on. */
public final class ClusterLostException extends LocalException {
  private static final long serialVersionUID = 1L;

  ClusterLostException(String message) {
    super(message);
  }
}
