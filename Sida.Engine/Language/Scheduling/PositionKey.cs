using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sida.Engine.Language.Scheduling;

/// <summary>Identifies what stands at one position of a sequence: a token, or a row of some content.</summary>
internal readonly record struct PositionKey(ulong High, ulong Low)
{
    /// <summary>A token.</summary>
    public static PositionKey Token(int id) => new(0, (ulong)id);

    /// <summary>The first row of a content; row i is <see cref="Row"/>(i) of it. 128 bits of a hash, so that collisions can't be made.</summary>
    public static PositionKey Content(string key)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));

        // The high half of a token is zero; a content's never is.
        ulong high = BinaryPrimitives.ReadUInt64LittleEndian(hash) | 1;
        return new PositionKey(high, BinaryPrimitives.ReadUInt64LittleEndian(hash.AsSpan(8)));
    }

    /// <summary>A later row of the same content.</summary>
    public PositionKey Row(int index) => this with { Low = unchecked(Low + (ulong)index) };
}
