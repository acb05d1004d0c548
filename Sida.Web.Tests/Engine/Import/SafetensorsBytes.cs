using System.Buffers.Binary;
using System.Text;

namespace Sida.Web.Tests.Engine.Import;

/// <summary>Makes safetensors files, honest and lying ones.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Make(string header, byte[] data, long? announcedLength = null)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, announcedLength ?? json.Length);
        json.CopyTo(file, 8);
        data.CopyTo(file, 8 + json.Length);
        return file;
    }

    /// <summary>One-dimensional F32 tensors of four numbers each, in the order given.</summary>
    public static byte[] Vectors(params string[] names)
    {
        IEnumerable<string> entries = names.Select((name, i) => $"\"{name}\":{{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[{i * 16},{(i + 1) * 16}]}}");
        byte[] data = new byte[names.Length * 16];
        for (int i = 0; i < names.Length * 4; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(i * 4), i);
        }

        return Make("{" + string.Join(",", entries) + "}", data);
    }

    /// <summary>An index of tensor to shard.</summary>
    public static string Index(params (string Tensor, string Shard)[] entries) =>
        "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + string.Join(",", entries.Select(e => $"\"{e.Tensor}\":\"{e.Shard}\"")) + "}}";
}
