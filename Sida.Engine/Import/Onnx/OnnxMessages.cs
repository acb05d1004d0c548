using System.Globalization;
using Google.Protobuf;

namespace Sida.Engine.Import.Onnx;

/// <summary>
/// The messages of onnx.proto3 that a model file needs, written field by field. Field numbers are those of
/// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 (IR version 10).
/// </summary>
internal static class OnnxMessages
{
    /// <summary>Version of the file format, not of the operators: 10 belongs to opsets 21 and below.</summary>
    private const int IrVersion = 10;

    /// <summary>Where a large tensor's bytes lie, relative to the model file.</summary>
    public sealed record ExternalData(string Location, long Offset, long Length);

    /// <summary>ModelProto.</summary>
    public static byte[] Model(byte[] graph) => Message(model =>
    {
        model.WriteInt64(1, IrVersion);
        model.WriteText(2, "sida");
        model.WriteMessageBytes(7, graph);
        model.WriteMessageBytes(8, OperatorSet("", OnnxGraph.Opset));
        model.WriteMessageBytes(8, OperatorSet(OnnxGraph.RuntimeDomain, 1));
    });

    /// <summary>GraphProto; the initializers come ready-made, since only the file's writer knows where their bytes lie.</summary>
    public static byte[] Graph(OnnxGraph source, IEnumerable<byte[]> initializers) => Message(graph =>
    {
        foreach (OnnxNode node in source.Nodes)
        {
            graph.WriteMessageBytes(1, Node(node));
        }

        graph.WriteText(2, source.Name);
        foreach (byte[] initializer in initializers)
        {
            graph.WriteMessageBytes(5, initializer);
        }

        foreach (OnnxPort input in source.Inputs)
        {
            graph.WriteMessageBytes(11, Port(input));
        }

        foreach (OnnxPort output in source.Outputs)
        {
            graph.WriteMessageBytes(12, Port(output));
        }
    });

    /// <summary>TensorProto with its bytes inside.</summary>
    public static byte[] InlineTensor(OnnxInitializer initializer, byte[] bytes) => Message(tensor =>
    {
        WriteTensorHead(tensor, initializer);
        tensor.WriteMessageBytes(9, bytes);
    });

    /// <summary>TensorProto whose bytes lie in another file.</summary>
    public static byte[] ExternalTensor(OnnxInitializer initializer, ExternalData data) => Message(tensor =>
    {
        const int External = 1;
        WriteTensorHead(tensor, initializer);
        tensor.WriteMessageBytes(13, Pair("location", data.Location));
        tensor.WriteMessageBytes(13, Pair("offset", Invariant(data.Offset)));
        tensor.WriteMessageBytes(13, Pair("length", Invariant(data.Length)));
        tensor.WriteInt64(14, External);
    });

    private static void WriteTensorHead(CodedOutputStream tensor, OnnxInitializer initializer)
    {
        foreach (long side in initializer.Shape)
        {
            tensor.WriteInt64(1, side);
        }

        tensor.WriteInt64(2, (long)initializer.Type);
        tensor.WriteText(8, initializer.Name);
    }

    private static byte[] OperatorSet(string domain, long version) => Message(set =>
    {
        set.WriteText(1, domain);
        set.WriteInt64(2, version);
    });

    private static byte[] Node(OnnxNode source) => Message(node =>
    {
        foreach (string input in source.Inputs)
        {
            node.WriteText(1, input);
        }

        foreach (string output in source.Outputs)
        {
            node.WriteText(2, output);
        }

        node.WriteText(3, source.Outputs[0]);
        node.WriteText(4, source.Operator);
        foreach (OnnxAttribute attribute in source.Attributes)
        {
            node.WriteMessageBytes(5, Attribute(attribute));
        }

        node.WriteText(7, source.Domain);
    });

    private static byte[] Attribute(OnnxAttribute source) => Message(attribute =>
    {
        const int Float = 1;
        const int Int = 2;
        const int Ints = 7;
        attribute.WriteText(1, source.Name);
        switch (source.Value)
        {
            case float number:
                attribute.WriteTag(2, WireFormat.WireType.Fixed32);
                attribute.WriteFloat(number);
                attribute.WriteInt64(20, Float);
                break;
            case long number:
                attribute.WriteInt64(3, number);
                attribute.WriteInt64(20, Int);
                break;
            case long[] numbers:
                foreach (long number in numbers)
                {
                    attribute.WriteInt64(8, number);
                }

                attribute.WriteInt64(20, Ints);
                break;
            default:
                throw new ArgumentException($"Attribute {source.Name} has a value of type {source.Value.GetType()}.", nameof(source));
        }
    });

    /// <summary>ValueInfoProto around TypeProto.Tensor.</summary>
    private static byte[] Port(OnnxPort source)
    {
        byte[] shape = Message(message =>
        {
            foreach (OnnxSide side in source.Shape)
            {
                message.WriteMessageBytes(1, Side(side));
            }
        });
        byte[] tensor = Message(message =>
        {
            message.WriteInt64(1, (long)source.Type);
            message.WriteMessageBytes(2, shape);
        });
        byte[] type = Message(message => message.WriteMessageBytes(1, tensor));
        return Message(message =>
        {
            message.WriteText(1, source.Name);
            message.WriteMessageBytes(2, type);
        });
    }

    private static byte[] Side(OnnxSide source) => Message(side =>
    {
        if (source.Name is null)
        {
            side.WriteInt64(1, source.Size);
        }
        else
        {
            side.WriteText(2, source.Name);
        }
    });

    private static byte[] Pair(string key, string value) => Message(pair =>
    {
        pair.WriteText(1, key);
        pair.WriteText(2, value);
    });

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var message = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(message);
        }

        return bytes.ToArray();
    }

    private static void WriteInt64(this CodedOutputStream message, int field, long value)
    {
        message.WriteTag(field, WireFormat.WireType.Varint);
        message.WriteInt64(value);
    }

    private static void WriteText(this CodedOutputStream message, int field, string value)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteString(value);
    }

    private static void WriteMessageBytes(this CodedOutputStream message, int field, byte[] value)
    {
        message.WriteTag(field, WireFormat.WireType.LengthDelimited);
        message.WriteBytes(UnsafeByteOperations.UnsafeWrap(value));
    }
}
