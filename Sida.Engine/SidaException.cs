namespace Sida.Engine;

/// <summary>
/// The root of every error that Sida raises on purpose. A message is one line and says what is wrong, where (file, field, tensor)
/// and what to do about it; the command line turns each family into its own exit code, the web app into its own problem type.
/// </summary>
public abstract class SidaException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What, where and what to do, in one line.</param>
    /// <param name="inner">The cause, when another error led here.</param>
    protected SidaException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A picture that can't be read or is larger than the limits allow.</summary>
public sealed class ImageException(string message, Exception? inner = null) : SidaException(message, inner);

/// <summary>A HuggingFace checkpoint that is damaged, hostile, incomplete or of a kind that Sida doesn't know.</summary>
public sealed class CheckpointException(string message, Exception? inner = null) : SidaException(message, inner);

/// <summary>A download from a model hub that failed for good: refused, missing, altered or cut too often.</summary>
public sealed class HubException(string message, Exception? inner = null) : SidaException(message, inner);

/// <summary>A model package with a missing or altered file, or of a version that this program doesn't read.</summary>
public sealed class PackageException(string message, Exception? inner = null) : SidaException(message, inner)
{
    /// <summary>For a file of the package that the system doesn't give to this program.</summary>
    internal static PackageException Unreadable(string path, Exception inner) => new($"{path}: can't be read ({inner.Message}). See that this program may read the whole package.", inner);
}

/// <summary>A request that can't be served as it is: too long a prompt, an option out of range, an unknown preset.</summary>
public sealed class RequestException(string message, Exception? inner = null) : SidaException(message, inner);

/// <summary>The bounded queue of a model is full; the request may be sent again later.</summary>
public sealed class BusyException(string message, Exception? inner = null) : SidaException(message, inner);

/// <summary>A native runtime (llama.cpp, ONNX Runtime, libvips) that is missing, of the wrong version, or failed.</summary>
public sealed class NativeRuntimeException(string message, Exception? inner = null) : SidaException(message, inner);
