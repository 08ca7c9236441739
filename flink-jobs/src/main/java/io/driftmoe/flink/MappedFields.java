// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import io.driftmoe.schemas.QuotedText;
import java.io.IOException;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The mapped fields of one topic: first those to read are added, then records are read. */
final class MappedFields {
  private final FieldTree value = new FieldTree();
  private final FieldTree key = new FieldTree();
  private final boolean withText;
  private @Nullable FieldValues values;
  private @Nullable FieldValues keys;
  private @Nullable FieldReader valueReader;
  private @Nullable FieldReader keyReader;

  /**
   * @param withText whether numbers are compared as text with the words that mean missing
   */
  MappedFields(boolean withText) {
    this.withText = withText;
  }

  /** Adds a field. */
  FieldUse add(String what, FieldPath path, boolean numeric) {
    return new FieldUse(what, path, (path.ofKey() ? key : value).add(path, numeric));
  }

  /**
   * Ends the adding.
   *
   * @param format makes a reader of some fields
   */
  void open(Function<FieldTree, FieldReader> format) {
    values = new FieldValues(value, withText);
    keys = new FieldValues(key, withText);
    valueReader = format.apply(value);
    keyReader = format.apply(key);
  }

  /**
   * Reads a record with a value.
   *
   * @throws RejectedException when it is none of the format, or has none of the fields
   */
  void read(ConsumerRecord<byte[], byte[]> message) throws RejectedException, IOException {
    FieldValues into = opened(values);
    opened(valueReader).read(message.value(), into);
    if (!value.isEmpty() && !into.isAnyMet()) {
      throw RejectedException.invalid(
          "it has none of the fields that are mapped, such as %s; a record of another kind?"
              .formatted(QuotedText.of(value.slots().get(0).path().text())));
    }
    if (!key.isEmpty()) {
      readKey(message.key());
    }
  }

  private void readKey(byte @Nullable [] message) throws RejectedException, IOException {
    FieldValues into = opened(keys);
    into.clear();
    if (message == null || key.isWholeOnly() && !ConfluentFields.isFramed(message)) {
      return; // none, or plain text, which needs no reader
    }
    try {
      opened(keyReader).read(message, into);
    } catch (RejectedException e) {
      throw RejectedException.undecodable("the Kafka key: " + e.getMessage(), e);
    }
  }

  FieldKind kind(FieldUse use) {
    return of(use).kind(use.slot());
  }

  String text(FieldUse use) {
    return of(use).text(use.slot());
  }

  double number(FieldUse use) {
    return of(use).number(use.slot());
  }

  @Nullable LogicalTime time(FieldUse use) {
    return of(use).time(use.slot());
  }

  long stored(FieldUse use) {
    return of(use).stored(use.slot());
  }

  private FieldValues of(FieldUse use) {
    return opened(use.path().ofKey() ? keys : values);
  }

  /**
   * {@return the text of a value that must be there}
   *
   * @throws RejectedException naming the field, when it is not, or is no single value
   */
  String required(FieldUse use) throws RejectedException {
    return switch (kind(use)) {
      case ABSENT ->
          throw RejectedException.invalid(use.named() + " is missing: there is no such field");
      case NULL -> throw RejectedException.invalid(use.named() + " is missing: it is null");
      case OTHER -> throw RejectedException.invalid("%s is %s".formatted(use.named(), text(use)));
      case TEXT, NUMBER, BOOLEAN -> text(use);
    };
  }

  private static <T> T opened(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("not opened");
    }
    return part;
  }
}
