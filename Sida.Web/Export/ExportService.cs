using System.IO.Compression;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sida.Web.Access;
using Sida.Web.Conversations;
using Sida.Web.Data;
using Sida.Web.Data.Entities;
using Sida.Web.Pictures;
using Sida.Web.Work;

namespace Sida.Web.Export;

/// <summary>A conversation as files: JSON with everything that is known, copies of its pictures without metadata, its masks.</summary>
internal sealed class ExportService(AccessService access, AnalysisService analyses, PictureStore store, MaskPictures maskPictures)
{
    private static readonly JsonSerializerOptions Readable = new(WebJson.Options) { WriteIndented = true };

    /// <summary>Loads a conversation with all its branches.</summary>
    /// <exception cref="NotFoundException">There is no such conversation.</exception>
    public async Task<ExportedConversation> LoadAsync(Caller caller, Guid conversationId, CancellationToken cancellation)
    {
        await using SidaDb db = access.Open(caller, Permissions.Read | Permissions.Manage);
        ConversationTree tree = await ConversationTree.LoadAsync(db, conversationId, cancellation);
        List<Question> questions = await db.Questions.AsNoTracking().Where(row => row.ConversationId == conversationId).OrderBy(row => row.CreatedAt)
            .Include(row => row.Picture).Include(row => row.Analyses).ThenInclude(row => row.Masks).AsSplitQuery().ToListAsync(cancellation);
        return new ExportedConversation(tree.View(analyses.Newest), questions);
    }

    /// <summary>
    /// A zip: conversation.json, pictures/SHA256.jpg, masks/ANALYSIS-INDEX.png, overlays/ANALYSIS-INDEX.jpg, report.html. It is a file
    /// that is gone when the stream is closed: the zip writer writes synchronously in places, which a response doesn't take.
    /// </summary>
    public async Task<Stream> ZipAsync(ExportedConversation conversation, CancellationToken cancellation)
    {
        FileStream file = new(store.NewIncoming(), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        });
        try
        {
            await WriteZipAsync(conversation, file, cancellation);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private async Task WriteZipAsync(ExportedConversation conversation, Stream output, CancellationToken cancellation)
    {
        ZipArchive zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        await using (zip)
        {
            await WriteAsync(zip, "conversation.json", JsonSerializer.SerializeToUtf8Bytes(ConversationFile.Of(conversation), Readable), cancellation);
            foreach (Picture picture in conversation.Pictures)
            {
                await WriteAsync(zip, ConversationFile.PicturePath(picture), await File.ReadAllBytesAsync(store.CopyPath(picture.Sha256, PictureCopy.Display), cancellation), cancellation);
            }

            foreach ((Analysis analysis, Picture picture, Mask mask) in conversation.Masks)
            {
                await WriteAsync(zip, ConversationFile.MaskPath(analysis.Id, mask.Index), MaskPictures.Png(mask), cancellation);
                await WriteAsync(zip, ConversationFile.OverlayPath(analysis.Id, mask.Index), await maskPictures.OverlayAsync(mask, picture.Sha256, cancellation), cancellation);
            }

            await WriteAsync(zip, "report.html", System.Text.Encoding.UTF8.GetBytes(await ReportAsync(conversation, cancellation)), cancellation);
        }
    }

    /// <summary>One HTML file to read or print, with everything in it.</summary>
    public async Task<string> ReportAsync(ExportedConversation conversation, CancellationToken cancellation)
    {
        Dictionary<Guid, byte[]> pictures = [];
        foreach (TurnView turn in conversation.View.Turns)
        {
            pictures.TryAdd(turn.Picture.Id, await File.ReadAllBytesAsync(store.CopyPath(turn.Picture.Sha256, PictureCopy.Display), cancellation));
        }

        Dictionary<Guid, byte[]> overlays = [];
        foreach ((Analysis analysis, Picture picture, Mask mask) in conversation.Masks.Where(entry => entry.Mask.Index == 0))
        {
            overlays[analysis.Id] = await maskPictures.OverlayAsync(mask, picture.Sha256, cancellation);
        }

        return ReportPage.Write(conversation.View, pictures, overlays);
    }

    private static async Task WriteAsync(ZipArchive zip, string name, byte[] bytes, CancellationToken cancellation)
    {
        // JPEG and PNG are compressed already.
        CompressionLevel level = name.EndsWith(".jpg", StringComparison.Ordinal) || name.EndsWith(".png", StringComparison.Ordinal) ? CompressionLevel.NoCompression : CompressionLevel.Optimal;
        await using Stream entry = await zip.CreateEntry(name, level).OpenAsync(cancellation);
        await entry.WriteAsync(bytes, cancellation);
    }
}
