using Sida.Engine;
using Sida.Engine.Import.Checkpoints;

namespace Sida.Web.Tests.Engine.Import;

/// <summary>What a damaged checkpoint may do: give numbers, or say in one line why not.</summary>
internal static class HostileReading
{
    public static void OpenAndReadAll(Func<ITensorSource> open)
    {
        try
        {
            using ITensorSource source = open();
            foreach (TensorInfo tensor in source.Tensors.Values)
            {
                Assert.InRange(tensor.ByteCount, 0, 1 << 20);
                source.CopyBytes(tensor.Name, 0, new byte[tensor.ByteCount]);
            }
        }
        catch (CheckpointException error)
        {
            Assert.DoesNotContain('\n', error.Message);
        }
    }
}
