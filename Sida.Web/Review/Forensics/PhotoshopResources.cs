using System.Buffers.Binary;

namespace Sida.Web.Review.Forensics;

/// <summary>Photoshop's image resources, of which only IPTC is of interest.</summary>
internal static class PhotoshopResources
{
    private const ushort IptcRecords = 0x0404;

    /// <summary>The IPTC records in a row of resources: "8BIM", number, padded name, length, padded data.</summary>
    public static ReadOnlyMemory<byte>? FindIptc(ReadOnlyMemory<byte> resources)
    {
        int at = 0;
        while (at + 7 <= resources.Length && resources.Span[at..].StartsWith("8BIM"u8))
        {
            ushort number = BinaryPrimitives.ReadUInt16BigEndian(resources.Span[(at + 4)..]);
            int name = resources.Span[at + 6] + 1;
            at += 6 + name + (name % 2);
            if (at + 4 > resources.Length)
            {
                return null;
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(resources.Span[at..]);
            at += 4;
            if (length > resources.Length - at)
            {
                return null;
            }

            if (number == IptcRecords)
            {
                return resources.Slice(at, (int)length);
            }

            at += (int)length + ((int)length % 2);
        }

        return null;
    }
}
