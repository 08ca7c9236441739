// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.experts;

import io.driftmoe.core.ExpertFactory;

class HoeffdingTreeTest extends ExpertContractTest {
  @Override
  protected ExpertFactory factory() {
    return HoeffdingTreeFactory.moa();
  }
}
