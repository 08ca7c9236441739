// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import io.driftmoe.networks.StoredLayoutsContract;

/** Experts that were stored. */
final class StoredLayoutsTest extends StoredLayoutsContract {
  StoredLayoutsTest() {
    super(ExpertLayouts.FOLDER, ExpertLayouts.all());
  }
}
