// The tools by name, as buttons of the page ask for them.
import { OutlineTool } from './outline.js';
import { PaintTool } from './paint.js';
import { BucketTool, HandTool, PointTool, RectangleTool } from './simple.js';
import { SmartTool } from './smart.js';

export function makeTools(board, settings, { onOffer, onPin, onTie }) {
  return {
    brush: new PaintTool(board, settings, 1),
    eraser: new PaintTool(board, settings, 0),
    polygon: new OutlineTool(board, settings, false),
    lasso: new OutlineTool(board, settings, true),
    rectangle: new RectangleTool(board, settings),
    bucket: new BucketTool(board, settings),
    smart: new SmartTool(board, settings, onOffer),
    hand: new HandTool(),
    comment: new PointTool(board, onPin),
    tie: new PointTool(board, onTie),
  };
}
