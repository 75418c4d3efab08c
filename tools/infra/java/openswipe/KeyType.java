package openswipe;

import java.nio.ByteBuffer;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.ValueComparator;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ObjectDataType;

/**
 * Keys of index entries, in the order in which MongoDB sorts values; a key comes before all that begin with it.
 * Without it the store would serialize two keys by Java's serialization for each comparison.
 */
final class KeyType extends BasicDataType<KeyValue> {
    private static final ValueComparator ORDER = ValueComparator.ascWithoutListHandling();
    private static final int VALUE_BYTES = 48;

    private final ObjectDataType values = new ObjectDataType();

    @Override
    public int compare(KeyValue one, KeyValue other) {
        int order = compareStarts(one, other);
        return order != 0 ? order : Integer.compare(one.size(), other.size());
    }

    /** As far as the shorter one goes. */
    static int compareStarts(KeyValue one, KeyValue other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int order = compareValues(one.get(i), other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** A missing field counts as null. */
    private static int compareValues(Object one, Object other) {
        boolean isNothing = Missing.isNullOrMissing(one);
        if (isNothing || Missing.isNullOrMissing(other)) {
            return Boolean.compare(!isNothing, !Missing.isNullOrMissing(other));
        }
        return one instanceof String text && other instanceof String otherText
            ? text.compareTo(otherText)
            : ORDER.compare(one, other);
    }

    @Override
    public int getMemory(KeyValue key) {
        int size = VALUE_BYTES;
        for (Object value : key) {
            size += value instanceof String text ? VALUE_BYTES + 2 * text.length() : VALUE_BYTES;
        }
        return size;
    }

    @Override
    public void write(WriteBuffer buffer, KeyValue key) {
        buffer.putVarInt(key.size());
        for (Object value : key) {
            values.write(buffer, Missing.isNullOrMissing(value) ? null : value);
        }
    }

    @Override
    public KeyValue read(ByteBuffer buffer) {
        Object[] read = new Object[DataUtils.readVarInt(buffer)];
        for (int i = 0; i < read.length; i++) {
            read[i] = values.read(buffer);
        }
        return new KeyValue(read);
    }

    @Override
    public KeyValue[] createStorage(int size) {
        return new KeyValue[size];
    }
}
