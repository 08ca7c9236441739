// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.flink.ExplainedReplay;
import io.driftmoe.flink.JobOptions;
import io.driftmoe.flink.JobReplay;
import io.driftmoe.flink.ReplayDifference;
import io.driftmoe.local.LocalException;
import io.driftmoe.router.Attribution;
import io.driftmoe.schemas.QuotedText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code driftmoe why}: makes one prediction again, and says what is behind it. */
@Command(
    name = "why",
    description = {
      "Makes one prediction of a job again from its topics, and says who said what.",
      "Explanations need not have been turned on when it was made."
    },
    mixinStandardHelpOptions = true)
final class WhyCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_ATTRIBUTES = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The job's configuration, YAML.")
  private Path config;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the configuration, as 'driftmoe job' does.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--key",
      paramLabel = "KEY",
      required = true,
      description = "The model key of the event.")
  private String key;

  @Option(
      names = "--event",
      paramLabel = "ID",
      required = true,
      description = "The id of the event; of several predictions of it, the first.")
  private String event;

  @Option(
      names = "--from",
      paramLabel = "SAVEPOINT|earliest",
      defaultValue = ReplayCommand.EARLIEST,
      description = "Where to begin, as 'driftmoe replay' does; default ${DEFAULT-VALUE}.")
  private String from;

  @Mixin private VariantOptions variants;

  @Option(names = "--json", description = "Prints one JSON object instead.")
  private boolean json;

  @Override
  public Integer call()
      throws CommandException, LocalException, InterruptedException, JsonProcessingException {
    JobOptions options = JobFile.load(config, overrides);
    Map<String, JobOptions.Learner> learners = variants.read(options);
    ReplayCommand.require(options);
    JobReplay.Scope scope = new JobReplay.Scope(ReplayCommand.savepointOf(from), null, 1, key);
    ExplainedReplay found =
        ReplayCommand.run(options, from, () -> JobReplay.explain(options, scope, event, learners))
            .orElseThrow(
                () ->
                    new CommandException(
                        "no prediction of event %s of model key %s is in %s"
                            .formatted(
                                QuotedText.of(event),
                                QuotedText.of(key),
                                options.topics().predictions())));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JSON.writeValueAsString(tree(found)));
    } else {
      print(found, out);
    }
    out.flush();
    return found.difference() == null ? 0 : 1;
  }

  private static void print(ExplainedReplay found, PrintWriter out) {
    line(
        out,
        "event %s of model key %s, %s",
        found.eventId(),
        found.modelKey(),
        Instant.ofEpochMilli(found.eventTime()));
    ReplayDifference difference = found.difference();
    line(
        out,
        "%s",
        difference == null
            ? "the job said the same, bit for bit"
            : "the job said something else: %s %s, and here %s"
                .formatted(difference.field(), difference.said(), difference.found()));
    line(
        out,
        "%npredicted %s, after %,d labels; the last were of the events %s",
        found.predictedClass(),
        found.modelVersion(),
        found.learnedLast().isEmpty() ? "(none)" : String.join(", ", found.learnedLast()));
    found
        .probabilities()
        .forEach((name, probability) -> line(out, "  %-30s %8.4f", name, probability));
    Attribution attribution = found.attribution();
    line(out, "%n%-30s %-20s %11s %8s", "expert", "says", "probability", "weight");
    for (Attribution.Vote vote : attribution.votes()) {
      line(
          out,
          "%-30s %-20s %11.4f %8.4f",
          vote.expert(),
          vote.says(),
          vote.probability(),
          vote.weight());
    }
    line(
        out,
        "%n%.4f for %s = %.4f without the event, %+.4f not divided, and of attributes:",
        attribution.probability(),
        attribution.label(),
        attribution.base(),
        attribution.unattributed());
    for (Attribution.Contribution part : attribution.largest(MOST_ATTRIBUTES)) {
      line(
          out,
          "  %-30s %-20s %+8.4f",
          part.attribute(),
          part.value() == null ? "(missing)" : part.value(),
          part.contribution());
    }
    for (ExplainedReplay.Said said : found.variants()) {
      line(out, "%nvariant %s: %s, %.4f", said.name(), said.predictedClass(), said.probability());
    }
  }

  private static void line(PrintWriter out, String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }

  private static ObjectNode tree(ExplainedReplay found) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("modelKey", found.modelKey());
    tree.put("eventId", found.eventId());
    tree.put("eventTime", found.eventTime());
    tree.put("modelVersion", found.modelVersion());
    tree.put("predictedClass", found.predictedClass());
    ObjectNode probabilities = tree.putObject("probabilities");
    found.probabilities().forEach(probabilities::put);
    ArrayNode votes = tree.putArray("votes");
    for (Attribution.Vote vote : found.attribution().votes()) {
      votes
          .addObject()
          .put("expert", vote.expert())
          .put("says", vote.says())
          .put("probability", vote.probability())
          .put("weight", vote.weight());
    }
    tree.put("base", found.attribution().base());
    tree.put("unattributed", found.attribution().unattributed());
    ArrayNode attributions = tree.putArray("attributions");
    for (Attribution.Contribution part : found.attribution().contributions()) {
      ObjectNode node = attributions.addObject().put("attribute", part.attribute());
      node.set("value", JSON.valueToTree(part.value()));
      node.put("contribution", part.contribution());
    }
    ArrayNode learned = tree.putArray("learnedLast");
    found.learnedLast().forEach(learned::add);
    ArrayNode others = tree.putArray("variants");
    for (ExplainedReplay.Said said : found.variants()) {
      others
          .addObject()
          .put("variant", said.name())
          .put("predictedClass", said.predictedClass())
          .put("probability", said.probability());
    }
    ReplayDifference difference = found.difference();
    tree.put("reproduced", difference == null);
    if (difference != null) {
      tree.putObject("difference")
          .put("field", difference.field())
          .put("said", difference.said())
          .put("found", difference.found());
    }
    return tree;
  }
}
