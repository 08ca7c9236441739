// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.driftmoe.router.models.SavedModel;
import java.io.PrintWriter;
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

  @Option(
      names = "--save-model",
      paramLabel = "FILE",
      description = {
        "Writes the model to this file instead, for 'driftmoe score', a program, 'driftmoe demo "
            + "--load-model' or models.template; with --key where there are several."
      })
  private @Nullable Path saved;

  @Option(names = "--json", description = "Prints one JSON object a line instead.")
  private boolean json;

  @Override
  public Integer call() throws CommandException, JsonProcessingException {
    if (depth != null && depth < 0) {
      throw new UsageException("--depth must not be negative, got " + depth);
    }
    List<SavedModel> models = SavedModels.read(source, key);
    PrintWriter out = spec.commandLine().getOut();
    if (saved != null) {
      SavedModels.save(SavedModels.only(models, "--save-model"), saved);
      return 0;
    }
    for (int i = 0; i < models.size(); i++) {
      ObjectNode tree = models.get(i).tree();
      shorten(tree);
      tree.withArray("experts").forEach(expert -> shorten((ObjectNode) expert));
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
}
