// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.core.Structure;
import io.driftmoe.flink.FailureMessage;
import io.driftmoe.flink.ModelFile;
import io.driftmoe.flink.SavedModel;
import io.driftmoe.flink.SavepointReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code driftmoe inspect}: learned models to read. */
@Command(
    name = "inspect",
    description = {
      "Prints what a saved model has learned, as YAML: scores, detector, gates, and every expert."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A savepoint is what 'driftmoe job --savepoints FOLDER' leaves when it is interrupted, a model "
          + "file what 'driftmoe demo --save-model FILE' does."
    })
final class InspectCommand implements Callable<Integer> {
  /** Blanks by which a level is indented. */
  private static final int INDENT = 2;

  private static final Set<String> TEXTS = Set.of("gates", "description");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
          .build();

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE|SAVEPOINT",
      description = "A model file, or the folder of a savepoint or checkpoint of a job.")
  private String source;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Only the model of this key; by default all of a savepoint.")
  private @Nullable String key;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = {
        "Leaves out what parts say of themselves below the level N, such as the lower parts of "
            + "trees; 0 leaves out all of it."
      })
  private @Nullable Integer depth;

  @Option(names = "--json", description = "Prints one JSON object a line instead.")
  private boolean json;

  @Option(
      names = "--structure",
      description = {
        "Adds what gates and experts are made of, for programs: nodes of trees, layers of networks, "
            + "members; --depth says how many levels of trees. docs/model-structure.md documents it."
      })
  private boolean structure;

  @Option(
      names = "--weights",
      description = "With --structure: also all weights and biases of networks.")
  private boolean weights;

  @Override
  public Integer call() throws CommandException, JsonProcessingException {
    if (depth != null && depth < 0) {
      throw new UsageException("--depth must not be negative, got " + depth);
    }
    if (weights && !structure) {
      throw new UsageException("--weights needs --structure");
    }
    List<SavedModel> all = read();
    List<SavedModel> models =
        all.stream().filter(model -> key == null || model.modelKey().equals(key)).toList();
    if (models.isEmpty()) {
      throw new UsageException(
          "--key: no model '%s'; there are %s"
              .formatted(key, String.join(", ", all.stream().map(SavedModel::modelKey).toList())));
    }
    PrintWriter out = spec.commandLine().getOut();
    for (int i = 0; i < models.size(); i++) {
      ObjectNode tree = models.get(i).tree();
      shorten(tree);
      tree.withArray("experts").forEach(expert -> shorten((ObjectNode) expert));
      if (structure) {
        int levels = depth == null ? Structure.Detail.MOST_LEVELS : depth;
        tree.set(
            "structure", models.get(i).mixture().structure(new Structure.Detail(levels, weights)));
      }
      out.print(i > 0 && !json ? "---" + System.lineSeparator() : "");
      out.print(
          json
              ? JSON.writeValueAsString(tree) + System.lineSeparator()
              : YAML.writeValueAsString(tree));
    }
    out.flush();
    return 0;
  }

  private void shorten(ObjectNode part) {
    for (String name : TEXTS) {
      JsonNode text = part.get(name);
      if (text != null) {
        String shown =
            text.asText().lines().filter(this::isShown).collect(Collectors.joining("\n"));
        if (shown.isEmpty()) {
          part.remove(name);
        } else {
          part.put(name, shown);
        }
      }
    }
  }

  private boolean isShown(String line) {
    return depth == null || line.length() - line.stripLeading().length() < INDENT * depth;
  }

  private List<SavedModel> read() throws CommandException {
    Path file = source.contains("://") || source.startsWith("file:") ? null : Path.of(source);
    if (file != null && !Files.exists(file)) {
      throw new UsageException("no file or folder " + source);
    }
    try {
      return file != null && Files.isRegularFile(file) && !file.endsWith("_metadata")
          ? List.of(ModelFile.read(file))
          : SavepointReader.read(file == null ? source : file.toAbsolutePath().toString());
    } catch (IOException | IllegalArgumentException e) {
      throw new CommandException(
          "%s cannot be read as a model: %s".formatted(source, FailureMessage.of(e)), e);
    }
  }
}
