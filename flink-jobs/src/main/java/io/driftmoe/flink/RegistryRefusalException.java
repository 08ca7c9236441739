// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.IOException;

/** A registry that answers, but not as one does: its address or the credentials are wrong. */
final class RegistryRefusalException extends IOException {
  private static final long serialVersionUID = 1L;

  RegistryRefusalException(String reason) {
    super(reason);
  }
}
