// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a prediction's probability of one class is made of, while experts add to it: a base that
 * does not depend on the event, a contribution of each attribute, and what cannot be attributed to
 * attributes. The three sum to the probability. Experts with members also tell what each of them
 * said.
 */
public final class Contributions {
  private final int label;
  private final double[] attributes;
  private final List<Vote> votes = new ArrayList<>();
  private double base;
  private double unattributed;
  private String place = "";

  /**
   * What one member of an expert said.
   *
   * @param member names of the members from the outermost to this one, with dots between them
   * @param says index of the class that it held most probable, the first of several
   * @param probability that it gave to that, 0 to 1
   * @param weight its share of the prediction, 0 to 1
   */
  public record Vote(String member, int says, double probability, double weight) {

    /**
     * Rejects a missing name.
     *
     * @param member names of the members from the outermost to this one
     * @param says index of the class that it held most probable
     * @param probability that it gave to that, 0 to 1
     * @param weight its share of the prediction, 0 to 1
     */
    public Vote {
      Objects.requireNonNull(member, "member");
    }
  }

  /**
   * Begins with nothing.
   *
   * @param label index of the class whose probability is explained
   * @param attributes number of attributes of the events
   */
  public Contributions(int label, int attributes) {
    this.label = label;
    this.attributes = new double[attributes];
  }

  /** {@return the index of the class whose probability is explained} */
  public int label() {
    return label;
  }

  /**
   * Adds to what does not depend on the event.
   *
   * @param probability may be below 0
   */
  public void addBase(double probability) {
    base += probability;
  }

  /**
   * Adds to what is there because of the value of an attribute.
   *
   * @param attribute its position in the schema
   * @param probability may be below 0
   */
  public void add(int attribute, double probability) {
    attributes[attribute] += probability;
  }

  /**
   * Adds to what depends on the event in a way that is not divided among attributes.
   *
   * @param probability may be below 0
   */
  public void addUnattributed(double probability) {
    unattributed += probability;
  }

  /**
   * Tells what a member said. Until {@link #leave}, what else is told is of members inside it.
   *
   * @param member its name within the expert that it belongs to
   * @param said its probability of each class
   * @param weight its share of the prediction
   */
  public void enter(String member, double[] said, double weight) {
    int says = 0;
    for (int c = 1; c < said.length; c++) {
      says = said[c] > said[says] ? c : says;
    }
    place = place.isEmpty() ? member : place + "." + member;
    votes.add(new Vote(place, says, said[says], weight));
  }

  /** Ends what {@link #enter} has begun, once for each. */
  public void leave() {
    place = place.substring(0, Math.max(0, place.lastIndexOf('.')));
  }

  /** {@return the sum of what was added as base} */
  public double base() {
    return base;
  }

  /** {@return the sum of what was added as unattributed} */
  public double unattributed() {
    return unattributed;
  }

  /** {@return the sum of what was added for each attribute; a copy} */
  public double[] attributes() {
    return attributes.clone();
  }

  /** {@return what members said, in the order in which it was told} */
  public List<Vote> votes() {
    return List.copyOf(votes);
  }
}
