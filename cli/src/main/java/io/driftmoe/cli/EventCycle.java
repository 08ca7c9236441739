// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import io.driftmoe.core.LabeledExample;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.streams.LabeledStream;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;

/**
 * Events held in memory, over and over: a load of any length at the same small cost per event,
 * whatever the generator or parser behind it costs.
 */
final class EventCycle {
  /** Events held, at most. */
  static final int LENGTH = 100_000;

  private final String name;
  private final StreamSchema schema;
  private final List<LabeledExample> examples;

  private EventCycle(String name, StreamSchema schema, List<LabeledExample> examples) {
    this.name = name;
    this.schema = schema;
    this.examples = examples;
  }

  /**
   * Reads the first {@value #LENGTH} events of a stream, or all there are.
   *
   * @throws CommandException when there is none
   */
  static EventCycle of(LabeledStream stream) throws CommandException {
    List<LabeledExample> examples = new ArrayList<>();
    while (examples.size() < LENGTH && stream.hasNext()) {
      examples.add(stream.next());
    }
    if (examples.isEmpty()) {
      throw new CommandException(stream.name() + " has no events");
    }
    return new EventCycle(stream.name(), stream.schema(), List.copyOf(examples));
  }

  String name() {
    return name;
  }

  StreamSchema schema() {
    return schema;
  }

  /** Event i, counted from 0 without end. */
  LabeledExample example(long i) {
    return examples.get((int) (i % examples.size()));
  }

  /** So many events as a stream, from event 0. */
  LabeledStream stream(long events) {
    return stream(0, events);
  }

  /** So many events as a stream. */
  LabeledStream stream(long first, long events) {
    return new LabeledStream() {
      private long next = first;

      @Override
      public String name() {
        return name;
      }

      @Override
      public StreamSchema schema() {
        return schema;
      }

      @Override
      public OptionalLong length() {
        return OptionalLong.of(events);
      }

      @Override
      public boolean hasNext() {
        return next < first + events;
      }

      @Override
      public LabeledExample next() {
        if (!hasNext()) {
          throw new NoSuchElementException("only %s events".formatted(events));
        }
        return example(next++);
      }

      @Override
      public void close() {}
    };
  }
}
