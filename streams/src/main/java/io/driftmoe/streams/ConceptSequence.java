// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.streams;

import java.util.List;
import moa.options.AbstractOptionHandler;
import moa.streams.ConceptDriftStream;
import moa.streams.ExampleStream;
import moa.streams.InstanceStream;

/** MOA generators one after the other, each drifting to the next. */
final class ConceptSequence {
  private ConceptSequence() {}

  /**
   * The first concept, drifting to the second, the two of them drifting to the third, and so on:
   * nested this way round, every position counts the events of the whole stream.
   *
   * @param concepts one more than there are drifts
   */
  static ExampleStream<?> of(
      List<AbstractOptionHandler> concepts, List<PlantedDrift> drifts, long seed) {
    AbstractOptionHandler stream = concepts.get(0);
    for (int i = 0; i < drifts.size(); i++) {
      ConceptDriftStream drifting = new ConceptDriftStream();
      drifting.streamOption.setCurrentObject(stream);
      drifting.driftstreamOption.setCurrentObject(concepts.get(i + 1));
      drifting.positionOption.setValue(Math.toIntExact(drifts.get(i).position()));
      drifting.widthOption.setValue(Math.toIntExact(drifts.get(i).width()));
      drifting.randomSeedOption.setValue(Seeds.drift(seed, i));
      stream = drifting;
    }
    stream.prepareForUse();
    return (InstanceStream) stream;
  }
}
