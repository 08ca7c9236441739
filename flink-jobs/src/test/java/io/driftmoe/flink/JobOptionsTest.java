// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.driftmoe.core.Attribute;
import io.driftmoe.core.LabelSpace;
import io.driftmoe.core.StreamSchema;
import io.driftmoe.router.Division;
import io.driftmoe.router.LifecycleConfig;
import io.driftmoe.router.MixtureConfig;
import io.driftmoe.router.NetworkScope;
import io.driftmoe.router.Preset;
import io.driftmoe.router.Replacement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class JobOptionsTest {

  @Test
  void missingKeysHaveTheirDefaults() {
    JobOptions options = Events.options(Map.of());
    assertThat(options.topics().driftEvents()).isEqualTo("driftmoe.drift-events");
    assertThat(options.input().order()).isEqualTo(InputOrder.ARRIVAL);
    assertThat(options.labels().timeout()).isEqualTo(Duration.ofHours(1));
    assertThat(options.schema().toStreamSchema()).isEqualTo(Events.SCHEMA);
  }

  @Test
  void thereIsATopicForExplanationsWhereSomeAreMade() {
    JobOptions none = Events.options(Map.of("topics.explanations", "why"));
    assertThat(none.explanations().any()).isFalse();
    assertThat(none.topics().explanations()).isNull();
    assertThat(none.topics().all()).hasSize(6);
    JobOptions some = Events.options(Map.of("explanations.share", "0.01"));
    assertThat(some.topics().explanations()).isEqualTo("driftmoe.explanations");
    assertThat(some.topics().all()).hasSize(7);
    assertThat(JobOptions.parse(some.toYaml(), Map.of())).isEqualTo(some);
    JobOptions named =
        Events.options(Map.of("topics.explanations", "why", "explanations.on-request", "true"));
    assertThat(named.topics().outputs()).endsWith("why");
    assertThat(JobOptions.parse(named.toYaml(), Map.of())).isEqualTo(named);
    refused(Map.of("explanations.share", "1.5"))
        .hasMessage("explanations.share must be from 0 to 1, got 1.5");
    refused(Map.of("explanations.share", "1", "topics.metrics", "driftmoe.explanations"))
        .hasMessageContaining("topic names must differ");
  }

  @Test
  void yamlRoundTrips() {
    JobOptions options =
        Events.options(
            Map.of(
                "input.order", "event-time",
                "schema.classes", "['1', 'yes']",
                "kafka.properties.security.protocol", "SSL",
                "job.checkpoint-interval", "1500 ms"));
    assertThat(JobOptions.parse(options.toYaml(), Map.of())).isEqualTo(options);
    assertThat(options.kafka().properties()).containsEntry("security.protocol", "SSL");
    assertThat(options.schema().classes()).containsExactly("1", "yes");
  }

  @Test
  void textIsTheSameAfterwards_whateverItHolds() {
    List<String> odd =
        IntStream.of(
                '\t', '\n', '\r', 0x1B, 0x7F, 0x85, 0xA0, 0x200B, 0x2028, 0x2029, 0xFEFF, '"', '\'')
            .mapToObj(Character::toString)
            .flatMap(c -> Stream.of("a" + c + "b", c + "a", "a" + c, "a " + c + " b", "y: " + c))
            .toList();
    JobOptions.Schema schema =
        JobOptions.Schema.of(
            new StreamSchema(List.of(Attribute.nominal("a\u0085b", odd)), new LabelSpace(odd)));
    JobOptions options = Events.options(Map.of());
    JobOptions given =
        new JobOptions(
            options.kafka(),
            options.topics(),
            schema,
            options.learner(),
            options.labels(),
            options.input(),
            options.router(),
            options.job(),
            options.models(),
            options.output(),
            options.explanations());

    assertThat(JobOptions.parse(given.toYaml(), Map.of()).schema()).isEqualTo(schema);
  }

  @Test
  void learnerIsAPresetWithWhatIsNamedReplaced_andRoundTrips() {
    JobOptions options =
        Events.options(
            Map.of(
                "learner.preset", "paper-data",
                "learner.pool", "[{type: forest, members: 3}, moa-hoeffding-tree]",
                "learner.top-k", "1",
                "learner.lifecycle", "{window: 700}",
                "learner.seed", "5"));
    MixtureConfig config = options.learner().toMixtureConfig();
    assertThat(config.seed()).isEqualTo(5);
    assertThat(config.lifecycle())
        .isEqualTo(new Replacement.Windows(new LifecycleConfig(700, 0.05, 0.999)));
    assertThat(((Division.Data) config.division()).experts()).hasSize(2);
    assertThat(options.toYaml()).contains("learner:\n  preset: paper-data\n  pool:\n");
    assertThat(JobOptions.parse(options.toYaml(), Map.of())).isEqualTo(options);
  }

  @Test
  void learnerIsAdaptiveUnlessNamed() {
    JobOptions.Learner expected = new JobOptions.Learner(Preset.ADAPTIVE, 1L);
    assertThat(Events.options(Map.of()).learner()).isEqualTo(expected);
    assertThat(Events.options(Map.of("learner.seed", "1")).learner()).isEqualTo(expected);
    assertThat(Events.options(Map.of("learner.preset", "null")).learner()).isEqualTo(expected);
  }

  @Test
  void overrides_reachEveryDepth_andEitherSpelling() {
    String yaml =
        Events.options(Map.of("learner.lifecycle", "{window: 700, min-share: 0.2}")).toYaml();
    MixtureConfig config =
        JobOptions.parse(yaml, Map.of("learner.lifecycle.window", "300"))
            .learner()
            .toMixtureConfig();
    assertThat(config.lifecycle())
        .isEqualTo(new Replacement.Windows(new LifecycleConfig(300, 0.2, 0.999)));
    assertThat(Events.options(Map.of("learner.lifecycle.window", "300")).learner().mixture().json())
        .contains("\"window\":300");

    String topK = Events.options(Map.of("learner.top-k", "2")).toYaml();
    assertThat(JobOptions.parse(topK, Map.of("learner.topK", "1")))
        .isEqualTo(Events.options(Map.of("learner.top-k", "1")));
    assertThat(JobOptions.parse(topK, Map.of("learner.seed", "7")).learner().seed()).isEqualTo(7);
  }

  @Test
  void whatCannotBeRead_isOneLineWithTheKey() {
    refused(Map.of("learner.top-k", ""))
        .hasMessage("learner.top-k has no value: write learner.top-k=VALUE, null for the default");
    refused(Map.of("learner.detector-delta", ".nan"))
        .hasMessageStartingWith("learner.detector-delta")
        .message()
        .doesNotContain("\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobOptions.parse("learner:\n  detector-delta: .nan\n", Map.of()))
        .withMessageStartingWith("learner.detector-delta: line 2");
    String one = Events.options(Map.of()).toYaml();
    assertThat(JobOptions.parse("---\n" + one, Map.of())).isEqualTo(Events.options(Map.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobOptions.parse(one + "---\nlearner: {seed: 3}\n", Map.of()))
        .withMessageContaining("a second YAML document starts in line ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobOptions.parse(one + "learner: {seed: 3, seed: 4}\n", Map.of()))
        .withMessageContaining("is not YAML: Duplicate field 'learner'");
    refused(Map.of("learner.pool", "[{type: forest, members: 3, members: 4}]"))
        .hasMessageContaining("learner.pool")
        .hasMessageContaining("Duplicate field 'members'");
    refused(Map.of("learner.sede", "1"))
        .hasMessageContaining("settings are preset, seed, branches, pool,");
    refused(Map.of("learner..seed", "1")).hasMessage("no configuration key learner..seed");
  }

  @Test
  void errorsNameTheKey() {
    refused(Map.of("learner.preset", "fast"))
        .hasMessageContaining("learner")
        .hasMessageContaining("paper-data");
    refused(Map.of("learner.sede", "1")).hasMessageContaining("learner.sede");
    refused(Map.of("learner.seed", "x")).hasMessage("learner.seed must be a whole number, got 'x'");
    refused(Map.of("learner.pool", "[{type: forest, members: 0}]"))
        .hasMessage("learner.pool[0].members must be from 1 to 1024, got 0");
    refused(Map.of("learner.pool", "[naive-bayes, {type: moa, learner: bayes.NaiveBayes}]"))
        .hasMessageStartingWith(
            "learner.pool[1].learner 'bayes.NaiveBayes' cannot be part of a job")
        .hasMessageContaining("Java serialization")
        .hasMessageContaining("moa-hoeffding-tree");
    refused(
            Map.of(
                "learner.pool",
                "[{type: committee, members: [moa, {type: guarded, expert: moa}]}]"))
        .hasMessageStartingWith("learner.pool[0].members[0].learner 'trees.HoeffdingAdaptiveTree'");
    refused(Map.of("learner.pool", "[{type: guarded, expert: moa}]"))
        .hasMessageStartingWith("learner.pool[0].expert.learner");
    refused(Map.of("learner.preset", "paper-task", "learner.pool", "[moa]"))
        .hasMessageStartingWith("learner.pool[0].learner");
    refused(Map.of("learner.pool", "[{type: moa, learner: trees.Foo}]"))
        .hasMessageStartingWith("learner.pool[0].learner 'trees.Foo' is unknown");
    refused(Map.of("learner.pool", "[{type: oak}]"))
        .hasMessageStartingWith("learner.pool[0].type 'oak' is unknown, allowed: forest");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobOptions.parse("learner: adaptive", Map.of()))
        .withMessage("learner must hold settings, got 'adaptive'");
    refused(Map.of("typo.key", "1")).hasMessageContaining("typo");
    refused(Map.of("plain", "1")).hasMessageContaining("plain");
    refused(Map.of("job.parallelism", "0"))
        .hasMessageContaining("parallelism must be positive, got 0");
    refused(Map.of("job.parallelism", "many")).hasMessageContaining("job.parallelism");
    refused(Map.of("job.parallelism", "256")).hasMessageContaining("exceeds max-parallelism 128");
    refused(Map.of("job.checkpoint-interval", "soon"))
        .hasMessageContaining("job.checkpoint-interval");
    refused(Map.of("job.checkpoint-interval", "[]"))
        .hasMessageContaining("job.checkpoint-interval")
        .hasMessageContaining("must be a number and a unit, for example 500 ms, 10 s, 1 h");
    refused(Map.of("learner.preset", "[adaptive]")).hasMessageContaining("learner.preset");
    refused(Map.of("schema.classes", "[UP, null]")).hasMessage("schema.classes[1] is missing");
    refused(Map.of("schema.attributes", "[null]")).hasMessage("schema.attributes[0] is missing");
    refused(Map.of("kafka.properties", "{acks: null}"))
        .hasMessage("kafka.properties.acks is missing");
    refused(Map.of("job.transaction-timeout", "5 s")).hasMessageContaining("transaction-timeout");
    refused(Map.of("labels.timeout", "4000 d")).hasMessageContaining("timeout must be at most");
    refused(Map.of("labels.max-pending", "-1")).hasMessageContaining("max-pending");
    refused(Map.of("input.order", "random")).hasMessageContaining("input.order");
    refused(Map.of("topics.labels", "driftmoe.features"))
        .hasMessageContaining("topic names must differ");
    refused(Map.of("schema.classes", "[UP, UP]")).hasMessageContaining("'UP' twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JobOptions.parse("learner: {seed: 3}", Map.of()))
        .withMessageContaining("schema");
    assertThatIllegalArgumentException().isThrownBy(() -> JobOptions.parse("learner: [", Map.of()));
  }

  @Test
  void sizesHaveUpperBounds() {
    String long512 = "x".repeat(512);
    String long513 = "x".repeat(513);
    String wide513 = "é".repeat(256) + "x";
    assertThat(
            Events.options(Map.of("schema.classes", "[%s, DOWN]".formatted(long512)))
                .schema()
                .classes())
        .contains(long512);
    refused(Map.of("schema.classes", "[UP, %s]".formatted(wide513)))
        .hasMessageContaining("schema.classes[1] has 513 bytes, at most 512 are allowed");
    refused(Map.of("schema.attributes", "[{name: %s}]".formatted(long513)))
        .hasMessageContaining("schema.attributes[0].name has 513 bytes");
    refused(
            Map.of(
                "schema.attributes",
                "[{name: a}, {name: b, values: [c, %s]}]".formatted("x".repeat(70_000))))
        .hasMessageContaining("schema.attributes[1].values[1] has 70000 bytes");
    List<JobOptions.AttributeOption> tooMany =
        IntStream.rangeClosed(0, 10_000)
            .mapToObj(i -> new JobOptions.AttributeOption("a" + i, null))
            .toList();
    JobOptions.Schema wide = new JobOptions.Schema(tooMany, List.of("UP", "DOWN"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new JobOptions(null, null, wide, null, null, null, null, null, null, null, null))
        .withMessage("schema.attributes must have at most 10000 attributes, got 10001");
    refused(Map.of("labels.max-pending", "10000001"))
        .hasMessage("labels.max-pending must be at most 10000000, got 10000001");
    refused(Map.of("input.out-of-orderness", "4000 d"))
        .hasMessageStartingWith("input.out-of-orderness must be at most 3650 d");
    refused(Map.of("input.idleness", "4000 d"))
        .hasMessageStartingWith("input.idleness must be at most 3650 d");
    refused(Map.of("kafka.group-id", "g".repeat(256)))
        .hasMessage("kafka.group-id must have at most 255 characters, got 256");
    refused(Map.of("topics.metrics", "t".repeat(250)))
        .hasMessageStartingWith("topics.metrics must have 1 to 249 of the characters");
    refused(Map.of("topics.labels", "two words"))
        .hasMessageStartingWith("topics.labels must have 1 to 249")
        .hasMessageEndingWith("got 'two words'");
    refused(Map.of("topics.dead-letters", "'..'")).hasMessageContaining("dead-letters must have");
  }

  @Test
  void memoryThatIsTooSmallForTheSchema_isRefused() {
    refused(Map.of("learner.preset", "adaptive", "learner.model-bytes", "1376585"))
        .hasMessage(
            "learner.model-bytes must be at least 1376586 for 3 attributes and 2 classes, whose"
                + " windows and networks take 1204512; got 1376585");
    Events.options(Map.of("learner.preset", "adaptive", "learner.model-bytes", "1376586"));
    refused(
            Map.of(
                "schema.classes",
                IntStream.range(0, 3_000).mapToObj(c -> "c" + c).toList().toString()))
        .hasMessageStartingWith("learner.model-bytes must be at least ")
        .hasMessageEndingWith("; got 67108864");
  }

  @Test
  void clientPropertiesThatNoClientTakes_areRefused() {
    refused(Map.of("kafka.properties.max.request.size", "1 MB"))
        .hasMessageStartingWith("kafka.properties.max.request.size: ")
        .hasMessageContaining("1 MB");
    refused(Map.of("kafka.properties.max.request.size", "-1"))
        .hasMessageStartingWith("kafka.properties.max.request.size: ");
    refused(Map.of("kafka.properties.compression.type", "zip"))
        .hasMessageStartingWith("kafka.properties.compression.type: ");
    refused(Map.of("kafka.properties.enable.idempotence", "maybe"))
        .hasMessageStartingWith("kafka.properties.enable.idempotence: ");
    assertThat(
            Events.options(
                    Map.of(
                        "kafka.properties.max.request.size", "2000000",
                        "kafka.properties.sasl.login.class", "only.on.the.Cluster",
                        "kafka.properties.own.key", "own"))
                .kafka()
                .properties())
        .hasSize(3);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      Map<String, String> overrides) {
    return assertThatThrownBy(() -> Events.options(overrides))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void routersAreComputedInPlainJavaUnlessNamed() {
    JobOptions.Router router = Events.options(Map.of()).router();
    assertThat(router.networks()).isEqualTo(NetworkScope.GATES);
    assertThat(router.backend()).isEqualTo(BackendChoice.JAVA);
    assertThat(router.device()).isNull();
    assertThat(router.gatherRouters()).isEqualTo(64);
    assertThat(router.gatherDelay()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void routerKeysAreRead_andRoundTrip() {
    JobOptions options =
        Events.options(
            Map.of(
                "router.backend", "opencl",
                "router.device", "RTX",
                "router.networks", "all",
                "router.gather-routers", "8",
                "router.gather-delay", "0 ms"));
    assertThat(options.router())
        .isEqualTo(
            new JobOptions.Router(NetworkScope.ALL, BackendChoice.OPENCL, "RTX", 8, Duration.ZERO));
    assertThat(JobOptions.parse(options.toYaml(), Map.of())).isEqualTo(options);
    for (BackendChoice choice : BackendChoice.values()) {
      String name = choice.name().toLowerCase(Locale.ROOT);
      assertThat(Events.options(Map.of("router.backend", name)).router().backend())
          .isEqualTo(choice);
    }
  }

  @Test
  void routerKeysOutOfRangeAreRefused() {
    Map.of(
            "router.networks", "experts",
            "router.backend", "cuda",
            "router.gather-routers", "0",
            "router.gather-delay", "2 min")
        .forEach(
            (key, value) ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> Events.options(Map.of(key, value)))
                    .withMessageContaining(key.substring("router.".length())));
  }

  @Test
  void modelKeysAreRead_andRoundTrip() {
    JobOptions.Models models = Events.options(Map.of()).models();
    assertThat(models)
        .isEqualTo(
            new JobOptions.Models(
                Duration.ofMinutes(10), null, 100_000, WhenFull.REFUSE, null, null));
    JobOptions given =
        Events.options(
            Map.of(
                "models.park-after", "30 s",
                "models.live-bytes", "3000000000",
                "models.max", "7",
                "models.when-full", "drop-idle",
                "models.template", "s3://models/pump.model",
                "models.publish.folder", "published",
                "models.publish.every", "5 s"));
    assertThat(given.models())
        .isEqualTo(
            new JobOptions.Models(
                Duration.ofSeconds(30),
                3_000_000_000L,
                7,
                WhenFull.DROP_IDLE,
                "s3://models/pump.model",
                new JobOptions.Publish("published", Duration.ofSeconds(5), false)));
    assertThat(JobOptions.parse(given.toYaml(), Map.of())).isEqualTo(given);
  }

  @Test
  void modelKeysOutOfRangeAreRefused() {
    refused(Map.of("models.publish.every", "5 s")).hasMessageContaining("models.publish.folder");
    refused(Map.of("models.publish.folder", "a", "models.publish.every", "0 s"))
        .hasMessageContaining("models.publish.every must be");
    refused(Map.of("models.publish.folder", "file:a"))
        .hasMessageContaining("models.publish.folder");
    refused(Map.of("models.template", "file:a")).hasMessageContaining("models.template");
    refused(Map.of("models.park-after", "0 s")).hasMessageContaining("models.park-after must be");
    refused(Map.of("models.park-after", "3651 d"))
        .hasMessageContaining("models.park-after must be at most 3650 d");
    refused(Map.of("models.live-bytes", "1048575"))
        .hasMessage("models.live-bytes must be from 1048576 to 1099511627776, got 1048575");
    refused(Map.of("models.max", "0")).hasMessage("models.max must be positive, got 0");
    refused(Map.of("models.max", "10000001"))
        .hasMessage("models.max must be at most 10000000, got 10000001");
    refused(Map.of("models.when-full", "drop")).hasMessageContaining("models.when-full");
  }

  @Test
  void aKeyMayHaveThePrefixOfSystemProperties() {
    assertThat(Events.options(Map.of("driftmoe.router.backend", "simd")).router().backend())
        .isEqualTo(BackendChoice.SIMD);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Events.options(Map.of("driftmoe.router.backend", "simd", "router.backend", "java")))
        .withMessageContaining("router.backend is given twice");
  }
}
