// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static com.fasterxml.jackson.core.JsonToken.VALUE_STRING;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.flink.util.TimeUtils;

/** Durations as Flink's own configuration writes them: 10 s, 500 ms, 1 h. */
public final class DurationFormat {
  static final String EXPECTED = "a number and a unit, for example 500 ms, 10 s, 1 h";

  /** Flink takes a number alone for milliseconds, which whoever writes 10 does not mean. */
  private static final Pattern WITH_UNIT = Pattern.compile("\\s*(\\d+\\s*[^\\s\\d].*|0+\\s*)");

  private DurationFormat() {}

  /**
   * {@return the duration that a text names}
   *
   * @param text a number and a unit, or 0
   * @throws IllegalArgumentException when it is anything else
   */
  public static Duration parse(String text) {
    if (!WITH_UNIT.matcher(text).matches()) {
      throw new IllegalArgumentException("'%s' is no duration; write %s".formatted(text, EXPECTED));
    }
    return TimeUtils.parseDuration(text);
  }

  static final class Reader extends StdDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(Duration.class);
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getValueAsString();
      if (text == null) {
        throw context.wrongTokenException(parser, Duration.class, VALUE_STRING, EXPECTED);
      }
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw context.weirdStringException(text, Duration.class, EXPECTED);
      }
    }
  }

  static final class Writer extends StdSerializer<Duration> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(Duration.class);
    }

    @Override
    public void serialize(Duration value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(TimeUtils.formatWithHighestUnit(value));
    }
  }
}
