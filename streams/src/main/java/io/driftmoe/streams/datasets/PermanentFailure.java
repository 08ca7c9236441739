// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams.datasets;

import java.io.IOException;

/** What another attempt would not mend. */
final class PermanentFailure extends IOException {
  private static final long serialVersionUID = 1L;

  PermanentFailure(String message) {
    super(message);
  }
}
