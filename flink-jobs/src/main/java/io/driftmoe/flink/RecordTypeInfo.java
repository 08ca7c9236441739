// SPDX-License-Identifier: GPL-3.0-or-later
package io.driftmoe.flink;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Tells Flink which of our own serializers a record type travels with. */
final class RecordTypeInfo<T> extends TypeInformation<T> {
  private static final long serialVersionUID = 1L;

  static final RecordTypeInfo<SourceRecord> SOURCE =
      new RecordTypeInfo<>(SourceRecord.class, SourceRecordSerializer.INSTANCE);
  static final RecordTypeInfo<OutputRecord> OUTPUT =
      new RecordTypeInfo<>(OutputRecord.class, OutputRecordSerializer.INSTANCE);
  static final RecordTypeInfo<GroupAnswer> ANSWER =
      new RecordTypeInfo<>(GroupAnswer.class, GroupAnswerSerializer.INSTANCE);

  private final Class<T> type;
  private final ImmutableSerializer<T> serializer;

  private RecordTypeInfo(Class<T> type, ImmutableSerializer<T> serializer) {
    this.type = type;
    this.serializer = serializer;
  }

  @Override
  public TypeSerializer<T> createSerializer(SerializerConfig config) {
    return serializer;
  }

  @Override
  public Class<T> getTypeClass() {
    return type;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof RecordTypeInfo;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordTypeInfo<?> that && type.equals(that.type);
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }

  @Override
  public String toString() {
    return "RecordTypeInfo<" + type.getSimpleName() + ">";
  }
}
