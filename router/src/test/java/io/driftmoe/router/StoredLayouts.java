// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.router;

import io.driftmoe.networks.StoredLayout;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * Writes the stored parts of the layouts of this build anew. Not run with the tests; see
 * CONTRIBUTING.md.
 */
class StoredLayouts {
  @Test
  void write() throws IOException {
    for (StoredLayout<?> layout : RouterLayouts.all()) {
      layout.store(RouterLayouts.FOLDER);
    }
  }
}
