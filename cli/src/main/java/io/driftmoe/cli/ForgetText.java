// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.driftmoe.flink.ForgetCertificate;
import io.driftmoe.flink.ForgetSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What was forgotten, for people and as a certificate. */
final class ForgetText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ForgetText() {}

  /** Lines for people. */
  static List<String> of(ForgetCertificate done) {
    List<String> lines = new ArrayList<>();
    long events = 0;
    long labels = 0;
    for (ForgetCertificate.OfKey key : done.keys()) {
      events += key.leftOut().events();
      labels += key.leftOut().labels();
    }
    if (done.source() instanceof ForgetSource.OfHeader) {
      lines.add(
          String.format(
              Locale.ROOT,
              "reproduced %,d of %,d predictions, then left out %,d events and %,d labels of %,d models",
              done.reproduced(),
              done.predictions(),
              events,
              labels,
              done.keys().size()));
    } else {
      lines.add(String.format(Locale.ROOT, "dropped %,d models", done.keys().size()));
    }
    lines.add("the job goes on from %s".formatted(done.to()));
    return lines;
  }

  /**
   * SHA-256 of a configuration: of the file, then of a line for each override, sorted.
   *
   * @throws CommandException when the file cannot be read any more
   */
  static String configuration(Path file, Map<String, String> overrides) throws CommandException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(Files.readAllBytes(file));
      new TreeMap<>(overrides)
          .forEach(
              (key, value) ->
                  digest.update("%s=%s\n".formatted(key, value).getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new CommandException("%s: cannot be read".formatted(file), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }

  /** The certificate: always with the same fields in the same order. */
  static String json(ForgetCertificate done, String configuration) {
    ObjectNode root = JSON.createObjectNode();
    root.put("certificate", "driftmoe forget 1");
    root.put("build", new Main.Version().getVersion()[0]);
    root.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    root.put("configurationSha256", configuration);
    root.set("forgotten", source(done.source()));
    root.put("savepoint", done.savepoint());
    root.put("replayedFrom", done.from() == null ? ReplayCommand.EARLIEST : done.from());
    root.put("newSavepoint", done.to());
    root.put("reproduced", done.reproduced());
    root.put("predictions", done.predictions());
    ArrayNode partitions = root.putArray("partitions");
    for (ForgetCertificate.Partition partition : done.partitions()) {
      ObjectNode node = partitions.addObject();
      node.put("topic", partition.topic());
      node.put("partition", partition.partition());
      node.put("begin", partition.begin());
      node.put("end", partition.end());
    }
    ArrayNode keys = root.putArray("models");
    for (ForgetCertificate.OfKey key : done.keys()) {
      ObjectNode node = keys.addObject();
      node.put("modelKey", key.modelKey());
      node.set("replayed", records(key.replayed()));
      node.set("leftOut", records(key.leftOut()));
      node.put("waitedLeftOut", key.waitedLeftOut());
      node.put("givenUp", key.givenUp());
      node.put("modelSha256Before", key.before());
      node.put("modelSha256After", key.after());
    }
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it is made of texts and numbers", e);
    }
  }

  private static ObjectNode source(ForgetSource source) {
    ObjectNode node = JSON.createObjectNode();
    if (source instanceof ForgetSource.OfHeader header) {
      node.put("header", header.name());
      node.put("value", header.value());
    } else if (source instanceof ForgetSource.OfKeys keys) {
      node.put(keys.isPrefix() ? "prefix" : "key", keys.key());
    }
    return node;
  }

  private static ObjectNode records(ForgetCertificate.Records records) {
    ObjectNode node = JSON.createObjectNode();
    node.put("events", records.events());
    node.put("labels", records.labels());
    node.put("idsSha256", records.ids());
    return node;
  }
}
