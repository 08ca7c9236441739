// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.driftmoe.router.LabelBudget;
import java.io.IOException;

/** Shares as people write them: 0.05, 5 % or 5%. */
final class ShareFormat {
  private ShareFormat() {}

  static final class Reader extends StdDeserializer<Double> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      String text = parser.getValueAsString("");
      try {
        return LabelBudget.parseShare(text);
      } catch (IllegalArgumentException e) {
        throw context.weirdStringException(text, Double.class, "a share, such as 5 % or 0.05");
      }
    }
  }

  static final class Writer extends StdSerializer<Double> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(value);
    }
  }
}
