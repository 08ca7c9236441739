// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.page;

import java.util.List;

/**
 * What is known of a job beside its topics.
 *
 * @param job its name
 * @param experts names by position
 * @param classes names in the order of the probabilities
 * @param planted drifts of the stream, by position; empty where they are not known
 */
public record PageSettings(
    String job, List<String> experts, List<String> classes, List<PlantedChange> planted) {

  /** Copies the lists. */
  public PageSettings {
    experts = List.copyOf(experts);
    classes = List.copyOf(classes);
    planted = List.copyOf(planted);
  }

  /** The name of the expert at this position. */
  String expert(int position) {
    return position >= 0 && position < experts.size()
        ? experts.get(position)
        : "expert " + position;
  }

  /** The name of the class at this position. */
  String label(int position) {
    return position < classes.size() ? classes.get(position) : "class " + position;
  }
}
