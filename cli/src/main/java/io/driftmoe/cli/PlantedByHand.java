// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.streams.EventTimes;
import io.driftmoe.streams.LabeledStream;
import io.driftmoe.streams.PlantedDrift;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Drifts that somebody plants while a stream is sent: from then on every example has the class that
 * comes after its own. Whoever opens the stream again sees them at the same events. Thread-safe; a
 * stream is not.
 */
final class PlantedByHand implements DemoPlan.Source {
  private final DemoPlan.Source source;
  private final List<Long> events = new ArrayList<>();
  private @Nullable Shifted sent;

  PlantedByHand(DemoPlan.Source source) {
    this.source = source;
  }

  @Override
  public LabeledStream open() throws CommandException {
    return new Shifted(source.open());
  }

  /** Begins the sending of a stream that was opened here. */
  synchronized void send(LabeledStream opened) {
    sent = (Shifted) opened;
  }

  /** Whether a stream is being sent. */
  synchronized boolean isSent() {
    return sent != null && sent.goesOn;
  }

  /**
   * Plants a drift.
   *
   * @return the event, counted from 0, with which it begins; empty when nothing is sent any more
   */
  synchronized OptionalLong plant() {
    if (sent == null || !sent.goesOn) {
      return OptionalLong.empty();
    }
    long event = sent.next;
    events.add(event);
    return OptionalLong.of(event);
  }

  private synchronized List<PlantedDrift> drifts() {
    return events.stream().map(event -> new PlantedDrift(event + 1, 1)).toList();
  }

  /** By how many classes the next event of a stream is off, which then is one further. */
  private synchronized int shift(Shifted stream) {
    long event = stream.next++;
    int shift = 0;
    for (long planted : events) {
      shift += planted <= event ? 1 : 0;
    }
    return shift;
  }

  private synchronized void end(Shifted stream) {
    stream.goesOn = false;
  }

  private final class Shifted implements LabeledStream {
    private final LabeledStream stream;
    private long next;
    private boolean goesOn = true;

    private Shifted(LabeledStream stream) {
      this.stream = stream;
    }

    @Override
    public String name() {
      return stream.name();
    }

    @Override
    public StreamSchema schema() {
      return stream.schema();
    }

    @Override
    public OptionalLong length() {
      return stream.length();
    }

    @Override
    public List<PlantedDrift> plantedDrifts() {
      return Stream.concat(stream.plantedDrifts().stream(), drifts().stream())
          .sorted(Comparator.comparingLong(PlantedDrift::firstEvent))
          .toList();
    }

    @Override
    public List<String> notes() {
      return stream.notes();
    }

    @Override
    public Optional<EventTimes> times() {
      return stream.times();
    }

    @Override
    public boolean hasNext() {
      boolean has = stream.hasNext();
      if (!has) {
        end(this);
      }
      return has;
    }

    @Override
    public LabeledExample next() {
      LabeledExample example = stream.next();
      int shift = shift(this);
      return shift == 0
          ? example
          : new LabeledExample(example.features(), (example.label() + shift) % schema().classes());
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
