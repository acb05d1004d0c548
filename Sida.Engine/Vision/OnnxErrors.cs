using Microsoft.ML.OnnxRuntime;

namespace Sida.Engine.Vision;

/// <summary>Turns what ONNX Runtime and the loader throw into Sida's own errors.</summary>
internal static class OnnxErrors
{
    /// <summary>Calls the runtime.</summary>
    /// <param name="what">The beginning of the message: which file, and what failed.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellation">What may end the call early.</param>
    /// <exception cref="OperationCanceledException">The call failed after it was cancelled.</exception>
    /// <exception cref="NativeRuntimeException">The call failed, or the library is missing.</exception>
    public static T Translate<T>(string what, Func<T> call, CancellationToken cancellation = default)
    {
        try
        {
            return call();
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OnnxRuntimeException error)
        {
            throw new NativeRuntimeException($"{what}: {FirstLine(error.Message)}.", error);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            throw new NativeRuntimeException(
                $"{what}: the ONNX Runtime library (libonnxruntime.so) beside the program is missing or of another version. Build or unpack Sida again.", error);
        }
    }

    private static string FirstLine(string message) => message.Trim().Split('\n')[0].TrimEnd('.', ' ', '\r');
}
