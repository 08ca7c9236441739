// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rights that {@code docs/kafka-acls.sh} gives, read from what it would call. */
final class AclScript {
  private AclScript() {}

  static List<AclBinding> rights(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Repository.root().resolve("docs/kafka-acls.sh").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("--", "echo"));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
    return output.lines().flatMap(line -> of(line.split(" ")).stream()).toList();
  }

  /** As Kafka's tool reads one call: every operation on every resource. */
  private static List<AclBinding> of(String[] words) {
    String user = "";
    PatternType pattern = PatternType.LITERAL;
    List<AclOperation> operations = new ArrayList<>();
    List<ResourceType> types = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      switch (words[i]) {
        case "--add", "--force" -> {}
        case "--allow-principal" -> user = words[++i];
        case "--operation" ->
            operations.add(
                AclOperation.fromString(words[++i].replaceAll("(?<=[a-z])(?=[A-Z])", "_")));
        case "--resource-pattern-type" ->
            pattern = PatternType.fromString(words[++i].toUpperCase(Locale.ROOT));
        case "--topic", "--group", "--transactional-id" -> {
          types.add(ResourceType.fromString(words[i].substring(2).replace('-', '_')));
          names.add(words[++i]);
        }
        default -> throw new IllegalArgumentException(words[i]);
      }
    }
    List<AclBinding> rights = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      ResourcePattern resource = new ResourcePattern(types.get(i), names.get(i), pattern);
      for (AclOperation operation : operations) {
        rights.add(
            new AclBinding(
                resource, new AccessControlEntry(user, "*", operation, AclPermissionType.ALLOW)));
      }
    }
    return rights;
  }
}
