// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import java.io.Serializable;
import java.util.List;

/** Makes what turns predictions and reports into records. */
interface EncoderSource extends Serializable {

  /**
   * For events of these classes.
   *
   * @param classes names, in the order of the predicted probabilities
   */
  OutputEncoder of(List<String> classes);
}
