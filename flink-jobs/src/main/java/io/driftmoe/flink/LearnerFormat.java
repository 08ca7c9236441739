// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.driftmoe.router.Preset;
import io.driftmoe.router.settings.MixtureSettings;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The section {@code learner}: the settings of the mixture, seed and branches among them. */
final class LearnerFormat {
  private static final String SECTION = "learner";
  private static final String PRESET = "preset";
  private static final String SEED = "seed";
  private static final String BRANCHES = "branches";

  private LearnerFormat() {}

  static final class Reader extends StdDeserializer<JobOptions.Learner> {
    private static final long serialVersionUID = 1L;

    Reader() {
      super(JobOptions.Learner.class);
    }

    @Override
    public JobOptions.Learner deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      JsonNode tree = parser.readValueAsTree();
      if (!(tree instanceof ObjectNode settings)) {
        throw new IllegalArgumentException(
            "learner must hold settings, got '%s'".formatted(tree.asText()));
      }
      JsonNode seed = settings.remove(SEED);
      JsonNode branches = settings.remove(BRANCHES);
      if (!settings.hasNonNull(PRESET) || isBlank(settings.get(PRESET))) {
        settings.put(PRESET, Preset.ADAPTIVE.key());
      }
      MixtureSettings mixture = mixture(settings);
      Long given = seed(seed);
      return new JobOptions.Learner(
          mixture, given, BranchFormat.readAll(branches, mixture, given == null ? 1 : given));
    }

    private static boolean isBlank(JsonNode value) {
      return value.isTextual() && value.textValue().isBlank();
    }

    private static MixtureSettings mixture(ObjectNode settings) {
      try {
        return MixtureSettings.read(settings, SECTION);
      } catch (IllegalArgumentException e) {
        // seed and branches are no settings of the mixture: they stand beside them
        String known = "settings are " + PRESET + ", ";
        String message =
            String.valueOf(e.getMessage()).replace(known, known + SEED + ", " + BRANCHES + ", ");
        throw new IllegalArgumentException(message, e);
      }
    }

    private static @Nullable Long seed(@Nullable JsonNode seed) {
      if (seed == null || seed.isNull()) {
        return null;
      }
      try {
        return Long.valueOf(seed.asText());
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "learner.seed must be a whole number, got '%s'".formatted(seed.asText()), e);
      }
    }
  }

  static final class Writer extends StdSerializer<JobOptions.Learner> {
    private static final long serialVersionUID = 1L;

    Writer() {
      super(JobOptions.Learner.class);
    }

    @Override
    public void serialize(JobOptions.Learner value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      ObjectNode settings = value.mixture().tree();
      settings.put(SEED, value.seed());
      if (!value.branches().isEmpty()) {
        ObjectNode branches = settings.putObject(BRANCHES);
        value.branches().forEach((name, branch) -> branches.set(name, BranchFormat.write(branch)));
      }
      out.writeTree(settings);
    }
  }
}
